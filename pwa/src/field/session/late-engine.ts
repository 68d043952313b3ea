import { version } from '../../../package.json'
import type { GridfieldDb } from '../../db/open'
import type { KickReason, SyncEngine, SyncStatus } from '../../sync/engine'

type Listener = (status: SyncStatus) => void

/** The part of the sync engine that screens use. */
export type Engine = Pick<SyncEngine, 'start' | 'stop' | 'kick' | 'subscribe'>

/** The sync engine, loaded after the first screen stands: no screen waits for it, saving does not need it. */
export class LateEngine {
  readonly #db: GridfieldDb
  readonly #listeners = new Set<Listener>()
  #engine: SyncEngine | null = null
  #stopped = false

  constructor(db: GridfieldDb) {
    this.#db = db
  }

  /** Loads and starts the engine. */
  async start(): Promise<void> {
    const [{ SyncEngine }, { httpOf }] = await Promise.all([import('../../sync/engine'), import('../../api/session')])
    if (this.#stopped || this.#engine) return
    this.#engine = new SyncEngine({ db: this.#db, http: httpOf(this.#db), app: `gridfield-pwa/${version}` })
    this.#engine.subscribe((status) => {
      for (const listener of this.#listeners) listener(status)
    })
    this.#engine.start()
    void import('../documents/stock').then(({ keepStocked }) => { keepStocked(this.#db, this) })
  }

  /** Stops it for good. */
  stop(): void {
    this.#stopped = true
    this.#engine?.stop()
  }

  /** Asks for a round; loads the engine first where that failed before. */
  async kick(reason: KickReason): Promise<void> {
    await (this.#engine ? this.#engine.kick(reason) : this.start())
  }

  /** Calls at every change of the status, and at once when there is one; the answer ends it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    if (this.#engine) listener(this.#engine.status)
    return () => this.#listeners.delete(listener)
  }
}
