/** A phone whose app is killed and opened again on the same IndexedDB, in one window or two, and whose storage fails. */
import { OfflineError, ProblemError, TimeoutError } from '../../src/api/http'
import { signIn } from '../../src/api/session'
import { getMeta } from '../../src/db/meta'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import type { JournalRow } from '../../src/db/schema'
import { acknowledgeLoss, checkIntegrity } from '../../src/sync/integrity'
import { LeaseLocks, type Locks } from '../../src/sync/lock'
import type { Person } from './deeds'
import type { Dice } from './dice'
import { Disk } from './disk'
import { Line } from './line'
import type { Story } from './story'
import { hands, isOfStorage } from './surroundings'
import { Watch, type OnLeft } from './watch'
import { hurriedClock, SharedLocks, Window, type Device } from './window'

export interface PhoneSettings {
  origin: string
  username: string
  password: string
  user_id: string
  /** How many the person saves in this run. */
  mutations: number
  /** The kinds of fault that may happen; null for all. */
  kinds: string[] | null
}

const SETTLE_MS = 3000
const RETRY_MS = 200
const TWO_WINDOWS = 0.3
const REMEMBERING = 0.4
const POWER_LOSS = 0.4
const EVICTION = 0.03
/** An eviction takes the whole journal: in a long day it is as rare, or nothing would be left to hold against the rest. */
const EVICTIONS = 2
const FULL_DISK = 0.05
const TURNED_HANDS = 0.03
const DAY_MS = 86_400_000
const TURNS: readonly number[] = [0, 0, 3650 * DAY_MS, -3650 * DAY_MS, 2 * DAY_MS, -3 * DAY_MS / 24]

function onlyOffline(error: unknown): null {
  if (error instanceof OfflineError || error instanceof TimeoutError) return null
  if (error instanceof ProblemError && error.status >= 500) return null // the server is down for a moment
  throw error
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

export class Phone {
  readonly line: Line
  readonly watch = new Watch()
  /** Saved work that the storage has lost. */
  readonly destroyed: JournalRow[] = []
  readonly broken: string[] = []
  windows: Window[] = []
  readonly #disk: Disk
  readonly #device: Device
  #catastrophes = 0
  /** Mutations that were called saved and are lost, of which the app has yet to tell. */
  #untold = 0

  constructor(
    private readonly settings: PhoneSettings, private readonly dice: Dice, private readonly person: Person, story: Story,
  ) {
    const { origin, user_id: userId, kinds } = settings
    this.line = new Line(origin, dice, story, kinds)
    this.#disk = new Disk(`gridfield-${userId}`)
    const shared = new SharedLocks()
    const withoutLocks = dice.chance(0.3)
    const locks = (window: Window): Locks => (withoutLocks ? new LeaseLocks(window.db, hurriedClock) : shared.of(window))
    const onLeft: OnLeft = (stores, left) => void person.look(stores, left).catch((error: unknown) => { this.#failedToLook(error) })
    this.#device = { userId, dice, line: this.line, disk: this.#disk, watch: this.watch, locks, onLeft }
  }

  /** A window that has just died shows nothing any more. */
  #failedToLook(error: unknown): void {
    if (!['InvalidStateError', 'AbortError'].includes((error as Error).name)) this.broken.push(`own work could not be looked for: ${String(error)}`)
  }

  /** The window that was opened last. */
  get front(): Window { return this.windows[this.windows.length - 1] as Window }

  get db(): GridfieldDb { return this.front.db }

  /** Signs in on a good line and opens the app. */
  async begin(): Promise<void> {
    await this.signIn()
    await this.mend()
  }

  /** Signs in, whatever goes wrong on the line otherwise. */
  async signIn(): Promise<void> {
    const { username, password, user_id } = this.settings
    const faulty = this.line.faulty
    this.line.faulty = false
    const alive = { dead: false, kill: () => undefined }
    const http = this.line.http(alive, () => Promise.resolve(null))
    while (!(await signIn(username, password, http).catch(onlyOffline))) await wait(RETRY_MS)
    closeDb(user_id)
    this.line.faulty = faulty
  }

  /** Does a deed of the person's in one of the windows; the app may die under it, and is then opened again. */
  async use<T>(deed: (window: Window) => Promise<T>): Promise<T | undefined> {
    const window = this.dice.pick(this.windows)
    const done = deed(window).catch((error: unknown) => {
      if (!window.dead && !isOfStorage(error)) throw error
      return undefined
    })
    await Promise.race([done, window.died])
    const result = await Promise.race([done, ...(window.dead ? [wait(SETTLE_MS)] : [])])
    await this.mend()
    return result as T | undefined
  }

  /** What happens to the phone itself between two deeds: its disk fills and empties, its clock is turned. */
  suffer(): void {
    if (this.#disk.full !== 'no') this.#disk.full = 'no'
    else if (this.#happens(FULL_DISK, 'quota exceeded')) this.#disk.full = this.dice.pick(['photos', 'photos', 'all'] as const)
    if (this.#happens(TURNED_HANDS, 'clock turned')) hands.turnedMs = this.dice.pick(TURNS)
  }

  #happens(share: number, fault: string): boolean {
    const does = this.dice.chance(share) && this.line.allows(fault)
    if (does) this.line.count(fault)
    return does
  }

  /** From here on everything can happen. */
  beginToSuffer(): void {
    this.line.faulty = true
    this.#disk.remember(this.dice.chance(REMEMBERING))
    for (const window of this.windows) window.becomeMortal()
  }

  /** A good line, room, and the right time again. */
  recover(): void {
    this.line.faulty = false
    this.#disk.full = 'no'
    hands.turnedMs = 0
  }

  /** Opens what has died, after what the death has done to the storage. */
  async mend(): Promise<void> {
    while (this.windows.some(({ dead }) => dead) || this.windows.length === 0) {
      await Promise.race([Promise.all(this.windows.filter(({ dead }) => dead).map(({ settled }) => settled)), wait(SETTLE_MS)])
      if (this.windows.length > 0 && this.line.faulty) await this.#loseStorage()
      this.windows = this.windows.filter(({ dead }) => !dead)
      if (this.windows.length === 0) this.#disk.remember(this.line.faulty && this.dice.chance(REMEMBERING))
      await this.#open()
      if (this.windows.length === 1 && this.#happens(TWO_WINDOWS, 'two windows')) await this.#open()
    }
    // The session may be of a time that a restore has undone: the person is asked, and signs in.
    if (this.windows.some(({ engine }) => engine.status.error === 'unauthenticated')) await this.signIn()
  }

  async #open(): Promise<void> {
    this.#disk.full = 'no'
    const window = new Window(this.#device)
    this.windows.push(window)
    if ((await getMeta(window.db, 'session')) === null) await this.signIn()
    window.becomeMortal()
    try {
      await this.#readLoss(window)
      if (!window.dead) window.engine.start()
    } catch (error) {
      if (!window.dead && !isOfStorage(error)) throw error
      window.kill(null)
    }
  }

  /** The person reads what is missing: no less than was lost, and nothing where nothing was. */
  async #readLoss({ db }: Window): Promise<void> {
    const told = (await checkIntegrity(db))?.missing_mutations ?? 0
    if (told < this.#untold) this.broken.push(`${this.#untold} saved mutations are lost, and the app speaks of ${told}`)
    if (told > 0 && this.#catastrophes === 0) this.broken.push(`the app speaks of ${told} lost mutations, and none is`)
    this.#untold = 0
    await acknowledgeLoss(db)
  }

  async #loseStorage(): Promise<void> {
    const evicted = this.#happens(Math.min(EVICTION, EVICTIONS / this.settings.mutations), 'storage evicted')
    if (!evicted && (this.#disk.depth === 0 || !this.#happens(POWER_LOSS, 'power lost'))) return
    for (const window of this.windows) window.kill(null)
    await Promise.race([Promise.all(this.windows.map(({ settled }) => settled)), wait(SETTLE_MS)])
    const lost = evicted ? await this.#disk.wipe() : await this.#disk.takeBack(1 + this.dice.below(this.#disk.depth))
    this.#catastrophes += 1
    this.watch.forget()
    this.destroyed.push(...lost)
    this.#untold += lost.filter(({ mutation_id }) => this.person.saved.has(mutation_id)).length
  }
}
