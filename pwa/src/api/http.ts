/** One way to the server: every answer must prove that it comes from it (section 8, captive portals). */
import { newId } from '../domain/ids'

export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors?: { pointer: string; code: string; detail: string }[]
  [extension: string]: unknown
}

/** No connection, or something that is not our server answered. */
export class OfflineError extends Error {
  override name = 'OfflineError'
}

/** The server did not answer in time; whether it acted is unknown. */
export class TimeoutError extends Error {
  override name = 'TimeoutError'
}

/** The server refused, in its own words. */
export class ProblemError extends Error {
  override name = 'ProblemError'
  constructor(
    readonly slug: string,
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly retryAfterMs: number | null,
  ) {
    super(problem.detail ?? slug)
  }
}

export interface HttpRequest {
  method: string
  path: string
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  body?: Blob | null
  headers?: Record<string, string>
  timeoutMs?: number
  gzip?: boolean
  signal?: AbortSignal
}

export interface HttpAnswer {
  status: number
  epoch: string | null
  headers: Headers
  /** The parsed JSON body; undefined when there is none. */
  json: unknown
}

/** What the engine needs of the network; tests give a small server instead. */
export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer>
}

export interface FetchHttpOptions {
  csrf: () => Promise<string | null>
  fetch?: typeof fetch
  origin?: string
}

const TIMEOUT_MS = 30_000
const GZIP_FROM_BYTES = 1024

async function gzipped(text: string): Promise<Blob> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(stream).blob()
}

function slugOf(problem: Partial<Problem>, status: number): string {
  return problem.type?.split('/').pop() ?? `http-${String(status)}`
}

function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get('Retry-After') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : null
}

function jsonOf(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    // A truncated body or a page in place of JSON: as good as no answer.
    throw new OfflineError('the answer is not JSON')
  }
}

/** Somebody else answered: as good as nobody, but that a body was too large is worth knowing from anyone. */
function strangers(status: number): Error {
  return status === 413 ? new ProblemError('body-too-large', 413, {}, null) : new OfflineError('not our server')
}

interface Deadline {
  signal: AbortSignal
  expired: () => boolean
  clear: () => void
}

/** Time limit and the caller's own signal in one; AbortSignal.any and .timeout are too new for old phones. */
function deadlineOf({ signal, timeoutMs = TIMEOUT_MS }: HttpRequest): Deadline {
  const controller = new AbortController()
  let expired = false
  const abort = (): void => { controller.abort() }
  const timer = setTimeout(() => {
    expired = true
    abort()
  }, timeoutMs)
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    expired: () => expired,
    clear: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}

async function packed(request: HttpRequest, headers: Headers): Promise<BodyInit | null> {
  if (request.json === undefined) return request.body ?? null
  const text = JSON.stringify(request.json)
  headers.set('Content-Type', 'application/json')
  const worthIt = request.gzip === true && text.length >= GZIP_FROM_BYTES && 'CompressionStream' in globalThis
  if (!worthIt) return text
  headers.set('Content-Encoding', 'gzip')
  return gzipped(text)
}

interface Arrived {
  ok: boolean
  status: number
  headers: Headers
  text: string
}

/** The real network: cookies, CSRF proof, time limits, gzip; problems come out as `ProblemError`. */
export class FetchHttp implements Http {
  readonly #options: FetchHttpOptions

  constructor(options: FetchHttpOptions) {
    this.#options = options
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const ask = newId()
    const headers = new Headers({ Accept: 'application/json', 'X-Ask': ask, ...request.headers })
    const csrf = request.method === 'GET' ? null : await this.#options.csrf()
    if (csrf !== null) headers.set('X-CSRF-Token', csrf)
    const answer = await this.#fetch(request, headers, await packed(request, headers))
    if (answer.headers.get('X-Sync') !== '1') throw strangers(answer.status)
    // Kept by some cache: it answers what this phone, or the client that it was then, asked at another time.
    if ((answer.headers.get('X-Ask') ?? ask) !== ask) throw new OfflineError('the answer to another question')
    const json = jsonOf(answer.text)
    if (answer.ok) return { status: answer.status, epoch: answer.headers.get('X-Epoch'), headers: answer.headers, json }
    const problem = (json ?? {}) as Partial<Problem>
    throw new ProblemError(slugOf(problem, answer.status), answer.status, problem, retryAfterMs(answer.headers))
  }

  async #fetch(request: HttpRequest, headers: Headers, body: BodyInit | null): Promise<Arrived> {
    const deadline = deadlineOf(request)
    const fetcher = this.#options.fetch ?? fetch
    const url = `${this.#options.origin ?? ''}${request.path}`
    const { signal } = deadline
    try {
      const response = await fetcher(url, { method: request.method, headers, body, credentials: 'same-origin', signal })
      // The body belongs to the answer: it too must come in time.
      const { ok, status, headers: given } = response
      return { ok, status, headers: given, text: await response.text() }
    } catch (error) {
      if (deadline.expired()) throw new TimeoutError(request.path)
      if (request.signal?.aborted === true) throw error
      throw new OfflineError(request.path)
    } finally {
      deadline.clear()
    }
  }
}
