/** What the residents' page asks of the centre: no account, no cookie. */
export interface Choice {
  code: string
  name: string
  name_en: string
}

export interface Kind {
  name: string
  name_en: string
  items: Choice[]
}

export interface Entry {
  name: string
  classes: Kind[]
  texts: boolean
}

export interface Progress {
  number: string
  title: string
  step: 'received' | 'working' | 'waiting' | 'checking' | 'done' | 'declined'
  rating: 'satisfied' | 'fair' | 'dissatisfied' | null
  may_rate: boolean
}

interface Problem {
  type?: string
  title?: string
  detail?: string
  errors?: { pointer: string; detail: string }[]
}

/** What the centre said against it, in Chinese words for people; `about` is the field, or else the kind of problem. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly about: string,
  ) {
    super(message)
  }
}

/** Asks, and answers the parsed JSON; a network that is away is an ordinary `TypeError`. */
export async function ask<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api/report${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json' },
    credentials: 'omit',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T
  const problem = (await response.json().catch(() => ({}))) as Problem
  const errors = problem.errors?.map((error) => error.detail).join('；')
  const about = problem.errors?.[0]?.pointer ?? problem.type ?? ''
  throw new Refused(errors ?? problem.detail ?? problem.title ?? String(response.status), about)
}
