/** A phone whose app is killed between and inside commits and opened again on the same IndexedDB. */
import type { Middleware, DBCore } from 'dexie'

import { signIn } from '../../src/api/session'
import { getMeta } from '../../src/db/meta'
import { closeDb, openDb, type GridfieldDb } from '../../src/db/open'
import { SyncEngine } from '../../src/sync/engine'
import { checkIntegrity } from '../../src/sync/integrity'
import type { Dice } from './dice'
import { Line, type Life } from './line'

export interface PhoneSettings {
  origin: string
  username: string
  password: string
  user_id: string
}

const SETTLE_MS = 3000
const LONGEST_LIFE = 60

const wait = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

export class Phone {
  readonly line: Line
  db!: GridfieldDb
  engine!: SyncEngine
  #life: Life = { dead: true, kill: () => undefined }
  #commitsLeft = Infinity
  #died: Promise<void> = Promise.resolve()
  #syncing: Promise<void> = Promise.resolve()
  losses = 0

  constructor(private readonly settings: PhoneSettings, private readonly dice: Dice) {
    this.line = new Line(settings.origin, dice)
  }

  get dead(): boolean { return this.#life.dead }

  /** Signs in on a good line and opens the app. */
  async begin(): Promise<void> {
    const { username, password, user_id } = this.settings
    const alive = { dead: false, kill: () => undefined }
    await signIn(username, password, this.line.http(alive, () => Promise.resolve(null)))
    closeDb(user_id)
    await this.#open()
  }

  /** Does a deed of the person's; the app may die under it, and is then opened again. */
  async use(deed: () => Promise<unknown>): Promise<void> {
    const done = deed().catch((error: unknown) => { if (!this.dead) throw error })
    await Promise.race([done, this.#died])
    if (!this.dead) return
    await Promise.race([Promise.all([done, this.#syncing]), wait(SETTLE_MS)])
    await this.#open()
  }

  /** Asks for a round; answers when it is over. */
  sync(): Promise<void> {
    this.#syncing = this.engine.kick('person')
    return this.#syncing
  }

  async #open(): Promise<void> {
    const db = openDb(this.settings.user_id)
    this.db = db
    let tellDeath: () => void = () => undefined
    this.#died = new Promise((resolve) => { tellDeath = resolve })
    const life: Life = {
      dead: false,
      kill: (how) => {
        if (life.dead) return
        life.dead = true
        this.line.count(how)
        this.engine.stop()
        closeDb(this.settings.user_id)
        tellDeath()
      },
    }
    this.#life = life
    this.#commitsLeft = this.line.faulty ? 1 + this.dice.below(LONGEST_LIFE) : Infinity
    db.use(this.#mortal(life))
    const http = this.line.http(life, async () => (await getMeta(db, 'session'))?.csrf_token ?? null)
    // One loop a phone: the engine that died has settled before the next begins.
    this.engine = new SyncEngine({ db, http, locks: { request: (_name, call) => call() }, random: () => this.dice.roll() })
    await this.use(async () => { if ((await checkIntegrity(db)) !== null) this.losses += 1 })
    if (life.dead) return
    this.engine.start()
  }

  /** The app ends at a commit that the dice have chosen: just before it, or just after. */
  #mortal(life: Life): Middleware<DBCore> {
    return {
      stack: 'dbcore',
      name: 'mortal',
      create: (core) => ({
        ...core,
        transaction: (stores, mode, options) => {
          const transaction = core.transaction(stores, mode, options) as unknown as IDBTransaction
          if (mode === 'readwrite' && --this.#commitsLeft === 0) this.#end(life, transaction)
          return transaction
        },
      }),
    }
  }

  #end(life: Life, transaction: IDBTransaction): void {
    if (!this.line.faulty) return
    if (this.dice.chance(0.5)) {
      transaction.addEventListener('complete', () => { life.kill('killed after a commit') })
      return
    }
    setImmediate(() => {
      try {
        transaction.abort()
        life.kill('killed before a commit')
      } catch {
        life.kill('killed after a commit') // it was through already
      }
    })
  }
}
