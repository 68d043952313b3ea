/** The network between the phone and the server, with everything that goes wrong on it. */
import { FetchHttp, type Http, type HttpRequest } from '../../src/api/http'
import type { Dice } from './dice'

const FAULTS = [
  'request lost', 'answer lost', 'duplicate', 'late answer', 'truncated body', 'HTML page', '413', '401', 'killed in flight',
] as const
type Fault = (typeof FAULTS)[number]

const SHARE = 0.3
const RARE: readonly Fault[] = ['401', 'killed in flight']
const LATE_MS = 400

const problem = (status: number, slug: string): Response =>
  new Response(JSON.stringify({ type: `/problems/${slug}`, title: slug, status, detail: slug }), {
    status, headers: { 'X-Sync': '1', 'Content-Type': 'application/problem+json' },
  })

async function truncated(response: Response): Promise<Response> {
  const text = await response.text()
  const { status, headers } = response
  return new Response(text === '' ? null : text.slice(0, Math.ceil(text.length / 2)), { status, headers })
}

/** As long as the app lives: after its end no answer reaches it. */
export interface Life {
  dead: boolean
  kill: (how: string) => void
}

const hasEnded = (life: Life): boolean => life.dead

export class Line {
  /** No fault happens while this is false. */
  faulty = false
  readonly counts: Record<string, number> = {}
  #cookie = ''

  constructor(private readonly origin: string, private readonly dice: Dice) {}

  count(fault: string): void {
    this.counts[fault] = (this.counts[fault] ?? 0) + 1
  }

  /** The network as one life of the app sees it. */
  http(life: Life, csrf: () => Promise<string | null>): Http {
    return {
      send: (request: HttpRequest) => {
        const fault = this.#fault()
        if (fault !== null) this.count(fault)
        const fetcher: typeof fetch = (url, init) => this.#fetch(fault, life, url as string, init ?? {})
        const limited = fault === 'late answer' ? { ...request, timeoutMs: LATE_MS } : request
        return new FetchHttp({ csrf, origin: this.origin, fetch: fetcher }).send(limited)
      },
    }
  }

  #fault(): Fault | null {
    if (!this.faulty || !this.dice.chance(SHARE)) return null
    const fault = this.dice.pick(FAULTS)
    return RARE.includes(fault) && this.dice.chance(0.5) ? this.#fault() : fault
  }

  async #fetch(fault: Fault | null, life: Life, url: string, init: RequestInit): Promise<Response> {
    if (life.dead || fault === 'request lost') throw new TypeError('no connection')
    if (fault === '413') return problem(413, 'body-too-large')
    if (fault === '401') return problem(401, 'unauthenticated')
    if (fault === 'HTML page') return new Response('<html>Sign in to the free WiFi</html>', { status: 200 })
    if (fault === 'duplicate') await this.#real(url, init)
    const answer = await this.#real(url, fault === 'late answer' ? { ...init, signal: null } : init)
    if (fault === 'killed in flight') life.kill(fault)
    if (fault === 'late answer') await aborted(init.signal)
    if (hasEnded(life) || fault === 'answer lost') throw new TypeError('the connection was cut')
    return fault === 'truncated body' ? truncated(answer) : answer
  }

  async #real(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.#cookie !== '') headers.set('Cookie', this.#cookie)
    const answer = await fetch(url, { ...init, headers })
    const [given] = answer.headers.getSetCookie()
    if (given !== undefined) this.#cookie = given.split(';')[0] ?? ''
    return answer
  }
}

function aborted(signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!signal || signal.aborted) resolve()
    else signal.addEventListener('abort', () => { resolve() })
  })
}
