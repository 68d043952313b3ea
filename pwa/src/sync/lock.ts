/** One loop at a time over one database, however many windows are open (section 8). */
import { newId } from '../domain/ids'
import { getMeta, setMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import { pause, type Clock } from './clock'

/** The part of `navigator.locks` that is needed. */
export interface Locks {
  request<T>(name: string, call: () => Promise<T>): Promise<T>
}

const LEASE_MS = 30_000
const RENEW_MS = 10_000
const RETRY_MS = 500

/** Web views without `navigator.locks` get a lease in the database, renewed while it is held. */
export class LeaseLocks implements Locks {
  readonly #owner = newId()

  constructor(private readonly db: GridfieldDb, private readonly clock: Clock) {}

  async request<T>(_name: string, call: () => Promise<T>): Promise<T> {
    while (!(await this.#take())) await pause(this.clock, RETRY_MS)
    const stop = this.#keepRenewed()
    try {
      return await call()
    } finally {
      stop()
      await this.#release()
    }
  }

  #keepRenewed(): () => void {
    const renew = (): void => {
      void this.#take()
      cancel = this.clock.after(RENEW_MS, renew)
    }
    let cancel = this.clock.after(RENEW_MS, renew)
    return () => { cancel() }
  }

  #take(): Promise<boolean> {
    return this.db.transaction('rw', this.db.meta, async () => {
      const lease = await getMeta(this.db, 'lease')
      const now = this.clock.now()
      // A lease longer than any that is given was written under another clock: it binds nobody.
      const holds = lease !== null && lease.until > now && lease.until <= now + LEASE_MS
      if (holds && lease.owner !== this.#owner) return false
      await setMeta(this.db, 'lease', { owner: this.#owner, until: now + LEASE_MS })
      return true
    })
  }

  #release(): Promise<void> {
    return this.db.transaction('rw', this.db.meta, async () => {
      const lease = await getMeta(this.db, 'lease')
      if (lease?.owner === this.#owner) await this.db.meta.delete('lease')
    })
  }
}

/** The browser's locks where it has them, else the lease. */
export function locksOf(db: GridfieldDb, clock: Clock): Locks {
  const native = (globalThis.navigator as { locks?: LockManager | null }).locks ?? null
  if (native === null) return new LeaseLocks(db, clock)
  return { request: (name, call) => native.request(name, call) }
}
