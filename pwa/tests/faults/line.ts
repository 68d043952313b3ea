/** The network between the phone and the server, with everything that goes wrong on it. */
import { FetchHttp, type Http, type HttpRequest } from '../../src/api/http'
import type { Change, PullAnswer } from '../../src/sync/protocol'
import type { Dice } from './dice'
import type { Story } from './story'
import { trueNow } from './surroundings'

const FAULTS = [
  'request lost', 'answer lost', 'duplicate', 'late answer', 'truncated body', 'HTML page', 'old answer', '413', '401', 'killed in flight',
] as const
type Fault = (typeof FAULTS)[number]

const SHARE = 0.3
const RARE: readonly Fault[] = ['401', 'killed in flight']
const LATE_MS = 400
const SHORT_PAGES = [1, 4, 20]
const PULL = '/sync/pull'

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

/** One answer to a pull: when it was asked for and had by the true clock, and the houses that it brought, by scope. */
export type PullSeen = [askedAt: number, hadAt: number, houses: Record<string, string[]>]

const isHouse = ([kind, , , op]: Change): boolean => kind === 'house' && op === 'put'

function mutationsIn({ json }: HttpRequest): string[] {
  const { mutations = [] } = (json ?? {}) as { mutations?: { mutation_id: string }[] }
  return mutations.map(({ mutation_id }) => mutation_id)
}

const hasEnded = (life: Life): boolean => life.dead

export class Line {
  /** No fault happens while this is false. */
  faulty = false
  readonly counts: Record<string, number> = {}
  readonly pulls: PullSeen[] = []
  /** Answers that no fault of ours explains. */
  readonly broken: string[] = []
  #cookie = ''
  #oldPull: Response | null = null

  /** Only faults of these kinds happen; null stands for all. */
  constructor(
    private readonly origin: string, private readonly dice: Dice, private readonly story: Story, private readonly kinds: readonly string[] | null,
  ) {}

  allows(fault: string): boolean { return this.faulty && (this.kinds?.includes(fault) ?? true) }

  count(fault: string, ids: readonly string[] = []): void {
    this.counts[fault] = (this.counts[fault] ?? 0) + 1
    this.story.note(fault, ids)
  }

  /** The network as one life of the app sees it. */
  http(life: Life, csrf: () => Promise<string | null>): Http {
    return {
      send: (request: HttpRequest) => {
        const fault = this.#fault(request.path)
        const ids = mutationsIn(request)
        if (fault !== null) this.count(fault, [request.path, ...ids])
        else if (ids.length > 0) this.story.note('sent', ids)
        const fetcher: typeof fetch = (url, init) => this.#fetch(fault, life, url as string, init ?? {})
        const limited = fault === 'late answer' ? { ...request, timeoutMs: LATE_MS } : request
        return new FetchHttp({ csrf, origin: this.origin, fetch: fetcher }).send(this.#paged(limited))
      },
    }
  }

  #fault(path: string): Fault | null {
    if (!this.faulty || !this.dice.chance(SHARE)) return null
    const fault = this.dice.pick(FAULTS)
    if (!this.allows(fault)) return null
    if (fault === 'old answer' && (path !== PULL || this.#oldPull === null)) return this.#fault(path)
    return RARE.includes(fault) && this.dice.chance(0.5) ? this.#fault(path) : fault
  }

  /** Now and then a pull comes in short pages: no fault, but much can happen between them. */
  #paged(request: HttpRequest): HttpRequest {
    if (request.path !== PULL || !this.faulty || !this.dice.chance(SHARE)) return request
    return { ...request, json: { ...(request.json as object), limit: this.dice.pick(SHORT_PAGES) } }
  }

  async #fetch(fault: Fault | null, life: Life, url: string, init: RequestInit): Promise<Response> {
    if (life.dead || fault === 'request lost') throw new TypeError('no connection')
    if (fault === '413') return problem(413, 'body-too-large')
    if (fault === '401') return problem(401, 'unauthenticated')
    if (fault === 'HTML page') return new Response('<html>Sign in to the free WiFi</html>', { status: 200 })
    if (fault === 'old answer' && this.#oldPull !== null) return this.#oldPull.clone()
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
    const askedAt = trueNow()
    const answer = await fetch(url, { ...init, headers })
    const [given] = answer.headers.getSetCookie()
    if (given !== undefined) this.#cookie = given.split(';')[0] ?? ''
    if (answer.status === 500) this.broken.push(`${url} answered 500`)
    if (answer.status === 200 && url.endsWith(PULL)) await this.#seePull(askedAt, answer.clone())
    return answer
  }

  async #seePull(askedAt: number, answer: Response): Promise<void> {
    const { scopes } = await answer.clone().json() as PullAnswer
    const houses = Object.entries(scopes).map(([scope, { changes }]) => [scope, changes.filter(isHouse).map(([, id]) => id)])
    this.pulls.push([askedAt, trueNow(), Object.fromEntries(houses) as Record<string, string[]>])
    if (this.#oldPull === null || this.dice.chance(0.2)) this.#oldPull = answer
  }
}

function aborted(signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!signal || signal.aborted) resolve()
    else signal.addEventListener('abort', () => { resolve() })
  })
}
