/** One phone of a fault run: `node main.js SETTINGS`; told what to do on stdin, tells how it goes on stdout. */
import { internalErrors } from './surroundings'

import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { getMeta } from '../../src/db/meta'
import { Person } from './deeds'
import { Dice } from './dice'
import { Phone, type PhoneSettings } from './phone'
import { Camera } from './photos'

interface Settings extends PhoneSettings {
  seed: number
  mutations: number
  pictures: string
  result: string
}

const MOST_ROUNDS = 60
const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Settings
const dice = new Dice(settings.seed)
const phone = new Phone(settings, dice)
const person = new Person(dice, new Camera(settings.pictures, dice))
const orders = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

// In a browser such a rejection ends nothing; only what is no consequence of a kill tells of a fault of ours.
process.on('unhandledRejection', (error) => {
  if (!['DatabaseClosedError', 'AbortError', 'TransactionInactiveError'].includes((error as Error).name)) reportError(error)
})

const tell = (word: string): void => void process.stdout.write(`${word}\n`)

async function told(word: string): Promise<void> {
  const order = (await orders.next()).value as string | undefined
  if (order !== word) throw new Error(`expected ${word}, was told ${String(order)}`)
}

async function day(): Promise<void> {
  phone.line.faulty = true
  while ((await phone.db.journal.count().catch(() => 0)) < settings.mutations) {
    await phone.use(() => person.act(phone.db))
    const roll = dice.roll()
    if (roll < 0.25) await phone.use(() => phone.sync())
    else if (roll < 0.5) void phone.sync()
    // A pause, so that rounds begin and end between deeds as well as during them.
    await new Promise((resolve) => { setTimeout(resolve, dice.below(60)) })
    if (phone.dead) await phone.use(() => Promise.resolve())
  }
}

async function quiet(): Promise<boolean> {
  const { pending, photos_pending, error } = phone.engine.status
  const waiting = await phone.db.outbox.count()
  return pending === 0 && waiting === 0 && photos_pending === 0 && error === null
}

async function drain(): Promise<void> {
  phone.line.faulty = false
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await phone.use(() => phone.sync())
    if (!phone.dead && await quiet()) return
  }
}

async function report(): Promise<void> {
  const { db } = phone
  await db.meta.delete('verified_at') // so that every scope's digest is compared now
  await phone.sync()
  const result = {
    journal: await db.journal.toArray(),
    outbox: await db.outbox.toArray(),
    dead: await db.dead.toArray(),
    photos: await db.photos.toArray(),
    base: await db.base.toArray(),
    membership: await db.membership.toArray(),
    cursors: await db.cursors.toArray(),
    verify_failed: await getMeta(db, 'verify_failed'),
    status: phone.engine.status,
    saved: person.saved,
    unseen: person.unseen,
    losses: phone.losses,
    faults: phone.line.counts,
    internal_errors: internalErrors,
  }
  writeFileSync(settings.result, JSON.stringify(result))
}

await phone.begin()
await phone.sync()
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
