/** The phone's storage under the app: full, given up in the middle, back at an older state, or empty. */
import Dexie, { type DBCore, type DBCoreMutateRequest, type DBCoreTable, type DBCoreTransaction, type Middleware } from 'dexie'

import type { JournalRow } from '../../src/db/schema'

interface Before {
  table: string
  key: IDBValidKey
  /** What stood there; undefined for nothing. */
  value: unknown
}

const MOST_COMMITS = 12

/** What a request was answered. */
export const answerOf = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => { resolve(request.result) }
  request.onerror = () => { reject(request.error ?? new Error('no answer')) }
})

async function rowsBefore(table: DBCoreTable, request: DBCoreMutateRequest): Promise<Before[]> {
  const { trans, type } = request
  const { primaryKey } = table.schema
  const keyOf = (value: unknown): IDBValidKey => primaryKey.extractKey?.(value) as IDBValidKey
  if (type === 'deleteRange') {
    const { result } = await table.query({ trans, values: true, query: { index: primaryKey, range: request.range } })
    return result.map((value: unknown) => ({ table: table.name, key: keyOf(value), value }))
  }
  const keys = type === 'delete' ? request.keys as IDBValidKey[] : request.values.map(keyOf)
  const values = await table.getMany({ trans, keys })
  return keys.map((key, i) => ({ table: table.name, key, value: values[i] as unknown }))
}

export class Disk {
  /** Which writes find no room: none, those of a photo's bytes, or every new row. */
  full: 'no' | 'photos' | 'all' = 'no'
  /** Whether the newest commits can be taken back. */
  remembers = false
  #commits: Before[][] = []
  readonly #open = new WeakMap<DBCoreTransaction, Before[]>()

  constructor(private readonly name: string) {}

  /** Begins to remember anew, or not. */
  remember(whether: boolean): void {
    this.remembers = whether
    this.#commits = []
  }

  /** For a connection to the stores; calls at the beginning of each write transaction. */
  middleware(onWrite: (transaction: IDBTransaction) => void): Middleware<DBCore> {
    return {
      stack: 'dbcore',
      name: 'disk',
      create: (core) => ({
        ...core,
        transaction: (stores, mode, options) => {
          const transaction = core.transaction(stores, mode, options)
          if (mode === 'readwrite') {
            this.#follow(transaction)
            onWrite(transaction as unknown as IDBTransaction)
          }
          return transaction
        },
        table: (name) => {
          const table = core.table(name)
          return { ...table, mutate: (request) => this.#mutate(table, request) }
        },
      }),
    }
  }

  #follow(transaction: DBCoreTransaction): void {
    if (!this.remembers) return
    const before: Before[] = []
    const commits = this.#commits // what comes too late for this list is not taken back from the next
    this.#open.set(transaction, before)
    const native = transaction as unknown as IDBTransaction
    native.addEventListener('complete', () => {
      if (before.length > 0) commits.push(before)
      if (commits.length > MOST_COMMITS) commits.shift()
    })
  }

  #mutate(table: DBCoreTable, request: DBCoreMutateRequest): ReturnType<DBCoreTable['mutate']> {
    const grows = request.type === 'add' || request.type === 'put'
    if (grows && (this.full === 'all' || (this.full === 'photos' && table.name === 'photo_bytes'))) {
      return Dexie.Promise.reject(new DOMException('no room', 'QuotaExceededError'))
    }
    const before = this.#open.get(request.trans)
    if (!before) return table.mutate(request)
    return rowsBefore(table, request).then((rows) => {
      before.push(...rows)
      return table.mutate(request)
    })
  }

  /** How many of the newest commits can be taken back. */
  get depth(): number { return this.#commits.length }

  /** Power loss: the newest commits are gone, though they were answered; answers the saved work that went with them. */
  async takeBack(commits: number): Promise<JournalRow[]> {
    return this.#raw(async (transaction) => {
      await answerOf(transaction.objectStore('meta').count()) // what other windows had begun is through by now
      const rows = this.#commits.splice(-commits).flat().reverse()
      const destroyed: JournalRow[] = []
      for (const { table, key, value } of rows) {
        const store = transaction.objectStore(table)
        if (value === undefined && table === 'journal') destroyed.push(await answerOf<unknown>(store.get(key)) as JournalRow)
        await (value === undefined ? answerOf(store.delete(key)) : answerOf(store.put(value)))
      }
      return destroyed
    })
  }

  /** Eviction: every store comes back empty; answers the saved work that stood there. */
  async wipe(): Promise<JournalRow[]> {
    return this.#raw(async (transaction) => {
      const destroyed = await answerOf<unknown[]>(transaction.objectStore('journal').getAll()) as JournalRow[]
      for (const store of transaction.objectStoreNames) await answerOf(transaction.objectStore(store).clear())
      return destroyed
    })
  }

  async #raw<T>(work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
    const db = await answerOf(indexedDB.open(this.name))
    try {
      return await work(db.transaction([...db.objectStoreNames], 'readwrite'))
    } finally {
      db.close()
    }
  }
}
