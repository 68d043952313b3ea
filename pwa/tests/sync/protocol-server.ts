/** A small faithful model of the server's side of docs/sync-protocol.md: scopes, feed, verdicts, tus. */
import { OfflineError, ProblemError, type Http, type HttpAnswer, type HttpRequest } from '../../src/api/http'
import type { RecordKind } from '../../src/domain/records'
import { transition } from '../../src/domain/task'
import type { Change, PushResult, ScopePage } from '../../src/sync/protocol'
import { TusServer } from './tus-server'

type RowJson = Record<string, unknown>
interface Sent { mid: number; mutation_id: string; name: string; v: number; deps: string[]; args: Record<string, unknown> }
/** What a phone tells of itself. */
export type Health = Record<string, string | number | boolean | null>
interface Line { kind: RecordKind; id: string; version: number; row: RowJson | null }
interface Scope { version: number; min: number; feed: Map<string, Line> }
interface Client { last_mid: number; results: PushResult[] }
interface State { scopes: Map<string, Scope>; clients: Map<string, Client>; known: Map<string, PushResult>; applied: string[] }

/** Does something to one exchange: loses it, answers another thing, waits. */
export type Fault = (request: HttpRequest, answer: () => Promise<HttpAnswer>) => Promise<HttpAnswer>

const wire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const refuse = (slug: string, status: number, more: object = {}): ProblemError =>
  new ProblemError(slug, status, { type: `/problems/${slug}`, ...more }, null)

export class ProtocolServer implements Http {
  epoch = 'epoch-1'
  user = 'u1'
  granted = ['global', 'grid:g1', 'user:u1']
  faults: Fault[] = []
  requests: HttpRequest[] = []
  /** Refuses a push with more mutations than this. */
  mostMutations = Infinity
  pageSize = 200
  signedIn = true
  /** Names whose mutations are refused, and those that nobody here understands. */
  rejected = new Set<string>()
  unknown = new Set<string>()
  /** What phones told of themselves, apart from `requests` and `faults`; nothing is heard while `deaf`. */
  healths: Health[] = []
  deaf = false
  readonly photos = new TusServer()
  #state: State = { scopes: new Map(), clients: new Map(), known: new Map(), applied: [] }

  get applied(): readonly string[] { return this.#state.applied }
  client(id: string): Client | undefined { return this.#state.clients.get(id) }
  verdictOf(mutationId: string): PushResult | undefined { return this.#state.known.get(mutationId) }

  /** Every live record of the granted scopes, as plain data: the oracle for the phone's base. */
  live(): { scope: string; kind: string; id: string; version: number; row: RowJson }[] {
    return this.granted.flatMap((scope) =>
      [...(this.#state.scopes.get(scope)?.feed.values() ?? [])].flatMap(({ kind, id, version, row }) =>
        row === null ? [] : [{ scope, kind, id, version, row }]))
  }

  put(scope: string, kind: RecordKind, id: string, row: RowJson): void { this.#write(scope, kind, id, wire(row)) }
  del(scope: string, kind: RecordKind, id: string): void { this.#write(scope, kind, id, null) }

  move(from: string, to: string, kind: RecordKind, id: string): void {
    const row = this.#scope(from).feed.get(`${kind}:${id}`)?.row ?? {}
    this.del(from, kind, id)
    this.put(to, kind, id, row)
  }

  /** Forgets the tombstones of a scope: older cursors must begin anew. */
  purge(scope: string): void {
    const kept = this.#scope(scope)
    for (const [key, line] of kept.feed) if (line.row === null) kept.feed.delete(key)
    kept.min = kept.version
  }

  backup(): State { return structuredClone(this.#state) }

  /** As after a restore: older data, another epoch (or, when the operator forgot, the same). */
  restore(backup: State, epoch = `epoch-${String(Math.random())}`): void {
    this.#state = structuredClone(backup)
    this.epoch = epoch
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    if (request.path === '/sync/health') return this.#hear(request)
    this.requests.push(request)
    const fault = this.faults.shift()
    const answer = (): Promise<HttpAnswer> => this.#answer(request)
    return fault ? fault(request, answer) : answer()
  }

  #hear({ json }: HttpRequest): Promise<HttpAnswer> {
    if (this.deaf) return Promise.reject(new OfflineError('deaf'))
    this.healths.push(json as Health)
    return Promise.resolve(this.#ok(null, 204))
  }

  async #answer(request: HttpRequest): Promise<HttpAnswer> {
    if (request.signal?.aborted) throw new OfflineError('aborted')
    if (!this.signedIn) throw refuse('unauthenticated', 401)
    const body = request.json === undefined ? undefined : wire(request.json)
    if (request.path === '/sync/push') return this.#ok(this.#push(body as never))
    if (request.path === '/sync/pull') return this.#pull(body as never)
    if (request.path === '/sync/verify') return this.#ok(await this.#verify((body as { scope: string }).scope))
    if (request.path === '/sync/photos/have') {
      return this.#ok({ have: (body as { sha256: string[] }).sha256.filter((hash) => this.photos.stored.has(hash)) })
    }
    if (request.path.startsWith('/sync/photos/')) return this.photos.answer(request, this.epoch)
    throw refuse('not-found', 404)
  }

  #ok(json: unknown, status = 200, headers: Record<string, string> = {}): HttpAnswer {
    return { status, epoch: this.epoch, headers: new Headers(headers), json: wire(json) }
  }

  #scope(id: string): Scope {
    const known = this.#state.scopes.get(id) ?? { version: 0, min: 0, feed: new Map<string, Line>() }
    this.#state.scopes.set(id, known)
    return known
  }

  #write(scopeId: string, kind: RecordKind, id: string, row: RowJson | null): void {
    const scope = this.#scope(scopeId)
    scope.version += 1
    scope.feed.set(`${kind}:${id}`, { kind, id, version: scope.version, row })
  }

  #push({ epoch, client_id, mutations }: { epoch: string | null; client_id: string; mutations: Sent[] }): object {
    if (mutations.length > this.mostMutations) throw refuse('body-too-large', 413)
    if (epoch !== null && epoch !== this.epoch) throw refuse('epoch', 409, { epoch: this.epoch })
    const client = this.#state.clients.get(client_id) ?? { last_mid: 0, results: [] }
    this.#state.clients.set(client_id, client)
    const results = mutations.map((mutation) => this.#decide(client, mutation))
    return { epoch: this.epoch, server_now: new Date().toISOString(), last_mid: client.last_mid, results }
  }

  #decide(client: Client, mutation: Sent): PushResult {
    const { mid, mutation_id } = mutation
    if (mid <= client.last_mid) {
      const stored = client.results[mid - 1]
      if (stored?.mutation_id !== mutation_id) throw refuse('client-fork', 409)
      return stored
    }
    if (mid > client.last_mid + 1) throw refuse('gap', 409, { expect: client.last_mid + 1 })
    const before = this.#state.known.get(mutation_id)
    const result = { ...(before ?? this.#judge(mutation)), mid }
    this.#state.known.set(mutation_id, result)
    client.last_mid = mid
    client.results.push(result)
    return result
  }

  /** Photos are announced by their manifest, whatever becomes of the record. */
  #announce({ args }: Sent): void {
    for (const { sha256, thumb_sha256 } of (args.photos ?? []) as { sha256: string; thumb_sha256: string | null }[]) {
      this.photos.expected.add(sha256)
      if (thumb_sha256 !== null) this.photos.expected.add(thumb_sha256)
    }
  }

  #judge(mutation: Sent): PushResult {
    this.#announce(mutation)
    const { mid, mutation_id, name, deps } = mutation
    const refusal = (verdict: 'rejected' | 'held', code: string): PushResult => ({ mid, mutation_id, verdict, code, message: '不行' })
    if (this.unknown.has(name)) return refusal('held', 'unknown-mutation')
    if (deps.some((id) => this.#state.known.get(id)?.verdict === 'rejected')) return refusal('rejected', 'dep-failed')
    if (this.rejected.has(name) || !this.#run(mutation)) return refusal('rejected', 'validation')
    this.#state.applied.push(mutation_id)
    return { mid, mutation_id, verdict: 'ok' }
  }

  #run({ name, args, mutation_id }: Sent): boolean {
    const own = `user:${this.user}`
    if (name === 'hazard.report') this.put('grid:g1', 'case', args.case_id as string, { number: 'YH-1', title: 'from the server', by: mutation_id })
    if (name === 'patrol.start') this.put(own, 'patrol', args.patrol_id as string, { state: 'recording', segments: 0 })
    if (!name.startsWith('task.')) return true
    return this.#runTask(name, args.task_id as string)
  }

  #runTask(name: string, id: string): boolean {
    const own = `user:${this.user}`
    const row = this.#scope(own).feed.get(`task:${id}`)?.row
    const command = name.slice(5)
    if (!row || ['read', 'arrive', 'extend'].includes(command)) return row !== undefined
    const state = transition(row.state as 'assigned', command as 'accept')
    if (state !== null && state !== row.state) this.put(own, 'task', id, { ...row, state })
    return state !== null
  }

  #pull(asked: { epoch: string | null; client_id: string; cursors: Record<string, number>; loading: Record<string, number> }): HttpAnswer {
    if (asked.epoch !== null && asked.epoch !== this.epoch) throw refuse('epoch', 409, { epoch: this.epoch })
    const lastMid = this.#state.clients.get(asked.client_id)?.last_mid ?? 0
    const scopes: Record<string, ScopePage> = {}
    let room = this.pageSize
    for (const id of this.granted) {
      const page = this.#page(id, asked.cursors[id], asked.loading[id], room)
      room -= page.changes.length
      if (page.changes.length > 0 || page.more || page.reset || page.next !== asked.cursors[id]) scopes[id] = page
    }
    const drop = Object.keys(asked.cursors).filter((id) => !this.granted.includes(id))
    if (Object.keys(scopes).length + drop.length === 0) return this.#ok(null, 204, { 'X-Last-Mid': String(lastMid) })
    const more = Object.values(scopes).some((page) => page.more)
    const now = new Date().toISOString()
    return this.#ok({ epoch: this.epoch, server_now: now, view: 1, base: asked.cursors, scopes, drop, more, last_mid: lastMid })
  }

  #page(id: string, cursor: number | undefined, loading: number | undefined, room: number): ScopePage {
    const scope = this.#scope(id)
    const reset = cursor !== undefined && ((loading ?? cursor) < scope.min || cursor > scope.version)
    const from = cursor === undefined || reset ? 0 : cursor
    const until = cursor === undefined || reset ? scope.version : loading
    const all = [...scope.feed.values()].filter(({ version }) => version > from).sort((a, b) => a.version - b.version)
    const changes = all.slice(0, Math.max(0, room)).map(({ kind, id: record, version, row }): Change =>
      [kind, record, version, row === null ? 'del' : 'put', row as never])
    const more = all.length > changes.length
    const next = more ? (changes[changes.length - 1]?.[2] ?? from) : scope.version
    return { next, more, changes, ...(reset && { reset }), ...(more && until !== undefined && { until }) }
  }

  async #verify(id: string): Promise<object> {
    const rows = this.live().filter(({ scope }) => scope === id)
      .sort((a, b) => (`${a.kind}:${a.id}` < `${b.kind}:${b.id}` ? -1 : 1))
    const text = rows.map(({ kind, id: record, version }) => `${kind}:${record}:${String(version)}\n`).join('')
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
    const digest = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return { scope: id, version: this.#scope(id).version, count: rows.length, digest }
  }
}
