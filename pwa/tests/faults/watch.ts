/** Sees every write to the base: on one client and epoch neither a version nor a cursor goes back (invariant 3). */
import type { DBCore, DBCoreMutateRequest, DBCoreTransaction, Middleware } from 'dexie'

import type { BaseRow, Cursor, Membership, MetaRow } from '../../src/db/schema'

export class Watch {
  readonly broken: string[] = []
  readonly #versions = new Map<string, number>()
  readonly #cursors = new Map<string, number>()
  readonly #writes = new WeakMap<DBCoreTransaction, (() => void)[]>()
  readonly #resets = new WeakMap<DBCoreTransaction, Set<string>>()
  #epoch: unknown = null

  /** What was seen no longer binds: the storage itself has lost it, or the database is another one. */
  forget(): void {
    this.#versions.clear()
    this.#cursors.clear()
  }

  middleware(): Middleware<DBCore> {
    return {
      stack: 'dbcore',
      name: 'watch',
      level: 11,
      create: (core) => ({
        ...core,
        transaction: (stores, mode, options) => {
          const transaction = core.transaction(stores, mode, options)
          if (mode === 'readwrite') this.#follow(transaction)
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
  #follow(transaction: DBCoreTransaction): void {
    const writes: (() => void)[] = []
    this.#writes.set(transaction, writes)
    const native = transaction as unknown as IDBTransaction
    native.addEventListener('complete', () => { for (const see of writes) see() })
  }

  #see(table: string, request: DBCoreMutateRequest): void {
    if (request.type === 'deleteRange') {
      if (table === 'cursors') this.forget()
    } else if (request.type === 'delete') {
      if (table === 'cursors') for (const scope of request.keys as string[]) this.#cursors.delete(scope)
    } else if (table === 'membership') this.#seeReset(request.trans, request.values as Membership[])
    else if (table === 'base') for (const row of request.values as BaseRow[]) this.#seeRow(row)
    else if (table === 'cursors') for (const row of request.values as Cursor[]) this.#seeCursor(request.trans, row)
    else if (table === 'meta') for (const row of request.values as MetaRow[]) this.#seeMeta(row)
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
    if (this.#epoch !== null && this.#epoch !== value) this.forget()
    this.#epoch = value
  }

  #higher(seen: Map<string, number>, key: string, version: number): void {
    const before = seen.get(key) ?? 0
    if (version < before) this.broken.push(`${key} went back from ${before} to ${version}`)
    seen.set(key, Math.max(before, version))
  }
}
