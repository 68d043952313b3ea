/**
 * Sees every commit: on one client and epoch neither a version nor a cursor goes back (invariant 3), and nothing
 * leaves the queue before the server has answered (section 8).
 */
import type { DBCore, DBCoreMutateRequest, DBCoreTransaction, Middleware } from 'dexie'

import type { BaseRow, Cursor, Membership, MetaRow, OutboxRow } from '../../src/db/schema'

export type OnLeft = (stores: IDBDatabase, mutations: string[]) => void

export class Watch {
  readonly broken: string[] = []
  readonly #versions = new Map<string, number>()
  readonly #cursors = new Map<string, number>()
  readonly #writes = new WeakMap<DBCoreTransaction, (() => void)[]>()
  readonly #resets = new WeakMap<DBCoreTransaction, Set<string>>()
  readonly #queue = new Map<number, OutboxRow>()
  #left: OutboxRow[] = []
  #epoch: unknown = null

  /** What was seen no longer binds: the storage itself has lost it, or the database is another one. */
  forget(): void {
    this.#forgetBase()
    this.#queue.clear()
  }

  #forgetBase(): void {
    this.#versions.clear()
    this.#cursors.clear()
  }

  /** For a connection to the stores; calls with the mutations that a commit took out of the queue, before the next commit. */
  middleware(onLeft: OnLeft = () => undefined): Middleware<DBCore> {
    return {
      stack: 'dbcore',
      name: 'watch',
      level: 11,
      create: (core) => ({
        ...core,
        transaction: (stores, mode, options) => {
          const transaction = core.transaction(stores, mode, options)
          if (mode === 'readwrite') this.#follow(transaction, onLeft)
          return transaction
        },
        table: (name) => {
          const table = core.table(name)
          return {
            ...table,
            mutate: (request) => {
              this.#writes.get(request.trans)?.push(() => { this.#see(name, request) })
              return table.mutate(request)
            },
          }
        },
      }),
    }
  }

  /** Only what is committed counts. */
  #follow(transaction: DBCoreTransaction, onLeft: OnLeft): void {
    const writes: (() => void)[] = []
    this.#writes.set(transaction, writes)
    const native = transaction as unknown as IDBTransaction
    native.addEventListener('complete', () => {
      for (const see of writes) see()
      const left = this.#seeLeft()
      if (left.length > 0) onLeft(native.db, left)
    })
  }

  #see(table: string, request: DBCoreMutateRequest): void {
    if (table === 'outbox') this.#seeQueue(request)
    else if (request.type === 'deleteRange') {
      if (table === 'cursors') this.#forgetBase()
    } else if (request.type === 'delete') {
      if (table === 'cursors') for (const scope of request.keys as string[]) this.#cursors.delete(scope)
    } else if (table === 'membership') this.#seeReset(request.trans, request.values as Membership[])
    else if (table === 'base') for (const row of request.values as BaseRow[]) this.#seeRow(row)
    else if (table === 'cursors') for (const row of request.values as Cursor[]) this.#seeCursor(request.trans, row)
    else if (table === 'meta') for (const row of request.values as MetaRow[]) this.#seeMeta(row)
  }

  #seeQueue(request: DBCoreMutateRequest): void {
    if (request.type === 'add' || request.type === 'put') {
      for (const row of request.values as OutboxRow[]) this.#queue.set(row.mid, row)
      return
    }
    const mids = request.type === 'delete' ? request.keys as number[] : [...this.#queue.keys()]
    for (const mid of mids) {
      const row = this.#queue.get(mid)
      if (row) this.#left.push(row)
      this.#queue.delete(mid)
    }
  }

  /** Answers what has left; a row may leave unanswered only to come back under another number. */
  #seeLeft(): string[] {
    if (this.#left.length === 0) return []
    const queued = new Set([...this.#queue.values()].map((row) => row.mutation_id))
    const gone = this.#left.filter((row) => !queued.has(row.mutation_id))
    const lost = gone.filter((row) => row.state === 'waiting')
    this.broken.push(...lost.map((row) => `${row.name} ${row.mutation_id} left the queue unanswered`))
    this.#left = []
    return gone.map((row) => row.mutation_id)
  }

  #seeReset(transaction: DBCoreTransaction, members: Membership[]): void {
    const scopes = this.#resets.get(transaction) ?? new Set()
    for (const { scope, stale } of members) if (stale === 1) scopes.add(scope)
    this.#resets.set(transaction, scopes)
  }

  #seeRow({ scope, kind, id, version }: BaseRow): void {
    this.#higher(this.#versions, `${scope} ${kind} ${id}`, version)
  }

  #seeCursor(transaction: DBCoreTransaction, { scope, next }: Cursor): void {
    if (this.#resets.get(transaction)?.has(scope) === true) this.#cursors.delete(scope)
    this.#higher(this.#cursors, scope, next)
  }

  #seeMeta({ key, value }: MetaRow): void {
    if (key !== 'epoch') return
    if (this.#epoch !== null && this.#epoch !== value) this.#forgetBase()
    this.#epoch = value
  }

  #higher(seen: Map<string, number>, key: string, version: number): void {
    const before = seen.get(key) ?? 0
    if (version < before) this.broken.push(`${key} went back from ${before} to ${version}`)
    seen.set(key, Math.max(before, version))
  }
}
