/** One window of the app: its own connection to the stores, its own engine, and an end. */
import type { Http } from '../../src/api/http'
import { getMeta } from '../../src/db/meta'
import { GridfieldDb } from '../../src/db/open'
import type { Clock } from '../../src/sync/clock'
import { SyncEngine } from '../../src/sync/engine'
import type { Locks } from '../../src/sync/lock'
import type { Dice } from './dice'
import type { Disk } from './disk'
import type { Life, Line } from './line'
import type { OnLeft, Watch } from './watch'

/** What the windows of one phone have in common. */
export interface Device {
  userId: string
  dice: Dice
  line: Line
  disk: Disk
  watch: Watch
  locks: (window: Window) => Locks
  /** Called after each commit that took mutations out of the queue. */
  onLeft: OnLeft
}

const LONGEST_LIFE = 60
const [BEFORE, AFTER, GIVEN_UP] = ['killed before a commit', 'killed after a commit', 'transaction given up']
const FATES = [BEFORE, AFTER, BEFORE, AFTER, GIVEN_UP]

/** Works as `navigator.locks` over the windows of one phone: one after the other, and who dies lets go. */
export class SharedLocks {
  #last: Promise<unknown> = Promise.resolve()

  of(window: Pick<Window, 'dead' | 'died'>): Locks {
    return {
      request: <T>(_name: string, call: () => Promise<T>): Promise<T> => {
        const turn = this.#last.then(() => (window.dead ? undefined : Promise.race([call(), window.died])))
        this.#last = turn.catch(() => undefined)
        return turn as Promise<T>
      },
    }
  }
}

const HURRY = 20

/** A clock for leases, on which a window that has died is waited for no longer than a person would. */
export const hurriedClock: Clock = {
  now: () => performance.now() * HURRY,
  after(ms, call) {
    const timer = setTimeout(call, ms / HURRY)
    return () => { clearTimeout(timer) }
  },
}

export class Window implements Life {
  readonly db: GridfieldDb
  readonly http: Http
  readonly engine: SyncEngine
  readonly died: Promise<void>
  dead = false
  #commitsLeft = Infinity
  #tellDeath: () => void = () => undefined
  #round: Promise<void> = Promise.resolve()

  constructor(private readonly device: Device) {
    const { userId, dice, line, disk, watch, onLeft } = device
    this.died = new Promise((resolve) => { this.#tellDeath = resolve })
    this.db = new GridfieldDb(userId)
    this.db.use(disk.middleware((transaction) => { this.#onWrite(transaction) }))
    this.db.use(watch.middleware(onLeft))
    this.http = line.http(this, async () => (await getMeta(this.db, 'session'))?.csrf_token ?? null)
    this.engine = new SyncEngine({ db: this.db, http: this.http, locks: device.locks(this), random: () => dice.roll() })
  }

  /** From here on it may end at any commit. */
  becomeMortal(): void {
    const { line, dice } = this.device
    this.#commitsLeft = line.faulty ? 1 + dice.below(LONGEST_LIFE) : Infinity
  }

  /** Ends as a page does that the system kills: nothing is asked, nothing is waited for. */
  readonly kill = (how: string | null): void => {
    if (this.dead) return
    this.dead = true
    if (how !== null) this.device.line.count(how)
    this.engine.stop()
    this.db.close()
    this.#tellDeath()
  }

  /** Asks for a round; answers when it is over. */
  sync(): Promise<void> {
    this.#round = this.engine.kick('person')
    return this.#round
  }

  /** Resolves when the round of a dead window has noticed. */
  get settled(): Promise<void> { return this.#round.catch(() => undefined) }

  #onWrite(transaction: IDBTransaction): void {
    if (--this.#commitsLeft === 0) this.#end(transaction)
  }

  /** Just after a commit, just before it, or the browser gives the transaction up and the app goes on. */
  #end(transaction: IDBTransaction): void {
    const { line, dice } = this.device
    if (!line.faulty) return
    const fate = dice.pick(FATES)
    if (!line.allows(fate)) return
    if (fate === AFTER) {
      transaction.addEventListener('complete', () => { this.kill(AFTER) })
      return
    }
    setImmediate(() => {
      try {
        transaction.abort()
      } catch {
        this.kill(AFTER) // it was through already
        return
      }
      if (fate === BEFORE) this.kill(BEFORE)
      else this.#survive()
    })
  }

  #survive(): void {
    this.device.line.count(GIVEN_UP)
    this.becomeMortal()
  }
}
