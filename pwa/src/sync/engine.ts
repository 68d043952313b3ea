/** The loop of docs/sync-protocol.md, section 8: push until empty, pull until nothing more, photos. */
import { liveQuery, type Subscription } from 'dexie'

import { OfflineError, ProblemError, TimeoutError, type Http, type HttpAnswer } from '../api/http'
import { refreshSession } from '../api/session'
import { unbroken } from '../db/half-written'
import { getMeta, setMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import { showBadge } from './badge'
import { newEpoch } from './client'
import { systemClock, type Clock } from './clock'
import { tellHealth } from './health'
import { askToKeep } from './integrity'
import { locksOf, type Locks } from './lock'
import { PieceSize, sendPhotos } from './photos'
import { EpochChanged, type SyncContext } from './protocol'
import { pruneDaily } from './prune'
import { pullAll } from './pull'
import { BatchSize, pushAll } from './push'
import { heedCentre } from './refused'
import { countUnsent, needing, wordFor, type SyncCounts, type SyncStatus } from './status'
import { verifyDaily } from './verify'

export type { SyncStatus } from './status'

/** What makes the loop run; all but `save` and `timer` also end a wait after failures. */
export type KickReason = 'start' | 'online' | 'visible' | 'save' | 'timer' | 'live' | 'person' | 'signed-in'

export interface EngineOptions {
  db: GridfieldDb
  http: Http
  clock?: Clock
  locks?: Locks
  /** Name and version of the app, told to the server with every push. */
  app?: string
  random?: () => number
}

const EVERY_MS = 5 * 60_000
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 5 * 60_000
const NOT_COUNTED: SyncCounts = { pending: 0, photos_pending: 0, photos_refused: 0, dead: 0, quiet: 0 }
/** Where a round stopped for these, the centre would not take a report either. */
const UNHEARD = ['offline', 'unauthenticated']
const PATIENT: readonly KickReason[] = ['save', 'timer']

/** How long to wait after so many failures in a row: exponential, ±50 %, never sooner than the server asks. */
function waitAfter(failures: number, random: number, retryAfterMs: number | null): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)) * (0.5 + random)
  return Math.max(wait, retryAfterMs ?? 0)
}

function slugOf(error: unknown): string {
  if (error instanceof ProblemError) return error.slug
  if (error instanceof TimeoutError) return 'timeout'
  // An answer kept from before a restore makes the epoch go to and fro; that is the line's doing, not ours.
  if (error instanceof EpochChanged) return 'epoch'
  return error instanceof OfflineError ? 'offline' : 'internal'
}

export class SyncEngine {
  readonly #db: GridfieldDb
  readonly #http: Http
  /** Past `#heard`: a report that gets through does not mean that the work does. */
  readonly #quiet: Http
  readonly #clock: Clock
  readonly #locks: Locks
  readonly #app: string
  readonly #random: () => number
  readonly #size = new BatchSize()
  readonly #piece = new PieceSize()
  readonly #listeners = new Set<(status: SyncStatus) => void>()
  #counts: SyncCounts | null = null
  #lastSuccess: number | null = null
  #error: string | null = null
  #failures = 0
  #running: Promise<void> | null = null
  #again = false
  #stop: AbortController | null = null
  #counting: Subscription | null = null
  #cancelTimer: () => void = () => undefined

  constructor({ db, http, clock = systemClock, locks, app = 'gridfield-pwa', random = Math.random }: EngineOptions) {
    this.#db = db
    this.#quiet = http
    this.#http = { send: async (request) => this.#heard(await http.send(request)) }
    this.#clock = clock
    this.#locks = locks ?? locksOf(db, clock)
    this.#app = app
    this.#random = random
  }

  /** Begins: listens for reasons to run, and runs. */
  start(): void {
    if (this.#stop) return
    this.#stop = new AbortController()
    askToKeep()
    void getMeta(this.#db, 'last_success').then((at) => this.#note({ lastSuccess: at }))
    this.#counting = liveQuery(async () => await countUnsent(this.#db)).subscribe({ next: (counts) => this.#count(counts) })
    globalThis.addEventListener('online', this.#onOnline)
    globalThis.document.addEventListener('visibilitychange', this.#onVisible)
    void this.kick('start')
  }

  /** Ends: aborts what is under way and waits for nothing; what was not answered is sent again next time. */
  stop(): void {
    this.#stop?.abort()
    this.#stop = null
    this.#counting?.unsubscribe()
    this.#cancelTimer()
    globalThis.removeEventListener('online', this.#onOnline)
    globalThis.document.removeEventListener('visibilitychange', this.#onVisible)
  }

  /** Asks for a round; resolves when no round is under way any more. */
  async kick(reason: KickReason = 'person'): Promise<void> {
    if (this.#stop === null) return
    if (this.#failures > 0 && PATIENT.includes(reason) && reason !== 'timer') return
    if (!PATIENT.includes(reason)) this.#failures = 0
    this.#again = true
    this.#running ??= this.#run(this.#stop.signal).finally(() => { this.#running = null })
    await this.#running
  }

  get status(): SyncStatus {
    const counts = this.#counts ?? NOT_COUNTED
    // Until the stores were counted, nobody may read that everything is sent.
    const state = this.#counts ? wordFor(counts, this.#running !== null, this.#error) : 'pending'
    return { ...counts, state, last_success: this.#lastSuccess, error: this.#error }
  }

  /** Calls at every change, and at once when the stores have been counted; the answer ends it. */
  subscribe(listener: (status: SyncStatus) => void): () => void {
    this.#listeners.add(listener)
    if (this.#counts) listener(this.status)
    return () => this.#listeners.delete(listener)
  }

  readonly #onOnline = (): void => void this.kick('online')
  readonly #onVisible = (): void => {
    if (globalThis.document.visibilityState === 'visible') void this.kick('visible')
  }

  #note(change: { lastSuccess?: number | null; error?: string | null }): void {
    if (change.lastSuccess !== undefined) this.#lastSuccess = change.lastSuccess
    if (change.error !== undefined) this.#error = change.error
    if (this.#counts) for (const listener of this.#listeners) listener(this.status)
  }

  /** An answer of the server ends "no connection" at once, not only when the round is over. */
  #heard(answer: HttpAnswer): HttpAnswer {
    if (this.#error !== null) this.#note({ error: null })
    return answer
  }

  #count(counts: SyncCounts): void {
    const more = counts.pending > (this.#counts?.pending ?? 0)
    this.#counts = counts
    showBadge(counts.pending + counts.photos_pending + needing(counts))
    this.#note({})
    if (more) void this.kick('save')
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#cancelTimer()
    let wait = EVERY_MS
    // Listeners must see that a round has begun.
    await Promise.resolve()
    this.#note({})
    const live = (): boolean => !signal.aborted
    while (this.#again && live()) {
      this.#again = false
      wait = await this.#attempt(signal)
      if (live()) this.#count(await countUnsent(this.#db))
    }
    if (signal.aborted) return
    this.#cancelTimer = this.#clock.after(wait, () => void this.kick('timer'))
    void Promise.resolve().then(() => this.#note({}))
  }

  async #attempt(signal: AbortSignal): Promise<number> {
    const context = { db: this.#db, http: this.#http, clock: this.#clock, app: this.#app, signal }
    try {
      await this.#locks.request(`gridfield-sync-${this.#db.userId}`, () => unbroken(() => this.#round(context)))
      this.#failures = 0
      const now = this.#clock.now()
      await setMeta(this.#db, 'last_success', now)
      this.#note({ lastSuccess: now, error: null })
      await this.#tell(context)
      return EVERY_MS
    } catch (error) {
      if (signal.aborted) return EVERY_MS
      this.#failures += 1
      this.#again = false
      this.#note({ error: slugOf(error) })
      // A fault of our own: the round is tried again like any other, but the fault must not hide.
      if (this.#error === 'internal') (globalThis as Partial<typeof globalThis>).reportError?.(error)
      // A queue that does not move is what the centre must hear of, where it can be reached at all.
      if (!UNHEARD.includes(this.#error ?? '')) await this.#tell(context)
      return waitAfter(this.#failures, this.#random(), error instanceof ProblemError ? error.retryAfterMs : null)
    }
  }

  async #tell(context: SyncContext): Promise<void> {
    await tellHealth({ ...context, http: this.#quiet })
  }

  async #round(context: SyncContext): Promise<void> {
    await this.#mendingOnce(context, async () => {
      await pushAll(context, this.#size)
      await pullAll(context)
    })
    await heedCentre(context.db)
    await sendPhotos(context, this.#piece, () => this.#again)
    await verifyDaily(context)
    await pruneDaily(context)
  }

  /** A changed epoch or a stale CSRF token is mended, and the work done again; twice in a row is an error. */
  async #mendingOnce(context: SyncContext, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof EpochChanged) await newEpoch(context.db, error.epoch)
      else if (error instanceof ProblemError && typeof error.problem.epoch === 'string') await newEpoch(context.db, error.problem.epoch)
      else if (error instanceof ProblemError && error.slug === 'csrf') await refreshSession(context.db, context.http)
      else throw error
      await work()
    }
  }
}
