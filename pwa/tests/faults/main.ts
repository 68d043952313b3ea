/** One phone of a fault run: `node main.js SETTINGS`; told what to do on stdin, tells how it goes on stdout. */
import { internalErrors, isOfStorage } from './surroundings'

import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { getMeta } from '../../src/db/meta'
import { countUnsent } from '../../src/sync/status'
import { Person } from './deeds'
import { Dice } from './dice'
import { Phone, type PhoneSettings } from './phone'
import { Camera } from './photos'
import { Story } from './story'

interface Settings extends PhoneSettings {
  seed: number
  pictures: string
  result: string
  /** Where the story of this phone is written down; nowhere when not given. */
  log?: string
  /** The longest pause between two deeds. */
  pause_ms: number
  photo_share: number
  /** Which share of the parts of a deed is wrong. */
  wrong_share: number
  /** After which share of the deeds a round begins. */
  round_share: number
}

const MOST_ROUNDS = 60
const LEAVING = 0.03
const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Settings
const dice = new Dice(settings.seed)
const story = new Story(settings.log)
const person = new Person(dice, new Camera(settings.pictures, dice, settings.photo_share), story, settings.wrong_share)
const phone = new Phone(settings, dice, person, story)
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

// In a browser such a rejection ends nothing; only what is no consequence of a kill tells of a fault of ours.
process.on('unhandledRejection', (error) => {
  if (!isOfStorage(error) && !['DatabaseClosedError', 'TransactionInactiveError'].includes((error as Error).name)) reportError(error)
})

const tell = (word: string): void => void process.stdout.write(`${word}\n`)

async function told(word: string): Promise<void> {
  const order = (await orders.next()).value as string | undefined
  if (order !== word) throw new Error(`expected ${word}, was told ${String(order)}`)
}

/** Counted by the app itself, with what the storage has lost: to count the journal would read all of it each time. */
async function saved(): Promise<number> {
  return (await getMeta(phone.db, 'saved_mutations').catch(() => 0)) ?? 0
}

async function leave(): Promise<void> {
  const left = await phone.use((window) => person.leave(window))
  phone.line.count(left === true ? 'signed out and in' : 'sign-out refused')
  if (left === true) await phone.signIn()
}

async function day(): Promise<void> {
  phone.beginToSuffer()
  while ((await saved()) < settings.mutations) {
    await phone.use(({ db }) => person.act(db))
    const roll = dice.roll()
    if (roll < settings.round_share / 2) await phone.use((window) => window.sync())
    else if (roll < settings.round_share) void phone.front.sync()
    if (dice.chance(LEAVING)) await leave()
    phone.suffer()
    // A pause, so that rounds begin and end between deeds as well as during them.
    await new Promise((resolve) => { setTimeout(resolve, dice.below(settings.pause_ms)) })
    await phone.mend()
  }
}

async function quiet(): Promise<boolean> {
  const { pending, photos_pending } = await countUnsent(phone.db)
  const left = pending + photos_pending + await phone.db.outbox.count()
  return left === 0 && phone.windows.every(({ engine }) => engine.status.error === null)
}

async function drain(): Promise<void> {
  phone.recover()
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await phone.use((window) => window.sync())
    if (await quiet()) return
  }
}

async function report(): Promise<void> {
  const { db, line, destroyed } = phone
  await db.meta.delete('verified_at') // so that every scope's digest is compared now
  await phone.front.sync()
  const result = {
    journal: await db.journal.toArray(),
    outbox: await db.outbox.toArray(),
    dead: await db.dead.toArray(),
    photos: await db.photos.toArray(),
    base: await db.base.toArray(),
    membership: await db.membership.toArray(),
    cursors: await db.cursors.toArray(),
    verify_failed: await getMeta(db, 'verify_failed'),
    status: phone.front.engine.status,
    saved: [...person.saved],
    // What the storage has lost; of all that was called saved, the app has told.
    destroyed,
    // Own work that left the outbox and was not in the base, and the scopes that were loaded then.
    vanished: person.vanished,
    // [asked at, had at, {scope: [house, …]}]: what the answers to pulls carried, in milliseconds of the true clock.
    pulls: line.pulls,
    // What must not be, in words.
    broken: [
      ...phone.broken, ...person.broken, ...phone.watch.broken, ...line.broken,
      ...person.unseen.map((id) => `own work ${id} did not show`), ...internalErrors.map((error) => `internal error ${error}`),
    ],
    faults: line.counts,
  }
  writeFileSync(settings.result, JSON.stringify(result))
  story.write()
}

await phone.begin()
await phone.front.sync()
tell('ready')
await told('begin')
await day()
tell('done')
await told('drain')
await drain()
tell('drained')
await told('report')
await drain()
await report()
tell('reported')
process.exit(0)
