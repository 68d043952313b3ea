/** A refusal of the centre (RFC 9457 problem details) or of the network, as one error class. */

import type { MeanwhileLine } from './desk-acts'

/** One refused field: its JSON pointer, `path` the pointer's first name, `detail` what a person reads. */
export interface RefusedField {
  path: string
  pointer: string
  detail: string
}

/** What is wrong with a field, by its stable code and the centre's own Chinese sentence. */
export type FieldWords = (code: string, detail: string) => string

const asTold: FieldWords = (code, detail) => detail || code

interface ProblemDocument {
  type?: string
  title?: string
  detail?: string
  errors?: { pointer?: string; code?: string; detail?: string }[]
  version?: number
  thread?: MeanwhileLine[]
}

/** `slug` is the problem's stable name (or `unreachable`), `detail` the server's own words where it gave any. */
export class Refusal extends Error {
  constructor(
    readonly slug: string,
    readonly status: number,
    readonly detail: string | null = null,
    readonly fields: RefusedField[] = [],
    readonly retryAfterS: number | null = null,
    readonly meanwhile: { version: number; thread: MeanwhileLine[] } | null = null,
  ) {
    super(`${slug} (${String(status)})`)
    this.name = 'Refusal'
  }

  /** The words for one field, or null when the server did not refuse it. */
  field(name: string): string | null {
    return this.fields.find((field) => field.path === name)?.detail ?? null
  }
}

function fieldOf(pointer: string): string {
  return (
    pointer
      .replace(/^#?\//, '')
      .split('/')
      .find((part) => part !== 'json' && part !== 'args') ?? ''
  )
}

async function documentOf(response: Response): Promise<ProblemDocument> {
  try {
    return (await response.json()) as ProblemDocument
  } catch {
    return {}
  }
}

function slugOf(document: ProblemDocument, status: number): string {
  const slug = document.type?.split('/').pop()
  if (slug !== undefined && slug !== '' && slug !== 'about:blank') return slug
  return status >= 500 ? 'internal' : 'refused'
}

/** Reads a refused answer; an answer without a problem document still becomes a `Refusal` by its status. */
export async function refusalOf(response: Response, say = asTold): Promise<Refusal> {
  const document = await documentOf(response)
  const fields = (document.errors ?? []).map((error) => ({
    path: fieldOf(error.pointer ?? ''),
    pointer: error.pointer ?? '',
    detail: say(error.code ?? '', error.detail ?? ''),
  }))
  const retryAfter = Number(response.headers.get('Retry-After'))
  return new Refusal(
    slugOf(document, response.status),
    response.status,
    document.detail ?? document.title ?? null,
    fields,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    document.version !== undefined ? { version: document.version, thread: document.thread ?? [] } : null,
  )
}
