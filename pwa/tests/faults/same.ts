/** The day of one phone without faults, lived in one of several ways: `node same.js SETTINGS` (invariants 15 and 16). */
import { hands, internalErrors } from './surroundings'

import { readFileSync, writeFileSync } from 'node:fs'

import type { Http, HttpAnswer, HttpRequest } from '../../src/api/http'
import { signIn } from '../../src/api/session'
import { closeDb } from '../../src/db/open'
import type { PullAnswer } from '../../src/sync/protocol'
import { Person } from './deeds'
import { Dice } from './dice'
import { Disk } from './disk'
import { Line, type Life } from './line'
import { Camera } from './photos'
import { Story } from './story'
import { Watch } from './watch'
import { SharedLocks, Window, type Device } from './window'

/** What may differ without any difference in the end. */
interface Way {
  /** Rows of a page. */
  page?: number
  /** Mutations of a push. */
  batch?: number
  /** The scopes of a page from the last to the first. */
  backwards?: boolean
  windows?: number
  clock_ms?: number
  /** No body is compressed. */
  plain?: boolean
}

interface Settings {
  origin: string
  username: string
  password: string
  user_id: string
  seed: number
  mutations: number
  pictures: string
  result: string
  way: Way
}

const ROUND = 0.08
const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Settings
const { way, user_id: userId } = settings

/** The good line, on which requests and answers take the shape that the way wants. */
class ShapedLine extends Line {
  override http(life: Life, csrf: () => Promise<string | null>): Http {
    const http = super.http(life, csrf)
    return { send: async (request) => turned(request, await http.send(shaped(request))) }
  }
}

function shaped(request: HttpRequest): HttpRequest {
  const json = request.json as { mutations: unknown[] }
  if (request.path === '/sync/pull' && way.page !== undefined) return { ...request, json: { ...json, limit: way.page } }
  if (request.path !== '/sync/push') return request
  return { ...request, json: { ...json, mutations: json.mutations.slice(0, way.batch) } }
}

function turned({ path }: HttpRequest, answer: HttpAnswer): HttpAnswer {
  if (way.backwards !== true || path !== '/sync/pull' || answer.json === undefined) return answer
  const page = answer.json as PullAnswer
  return { ...answer, json: { ...page, scopes: Object.fromEntries(Object.entries(page.scopes).reverse()) } }
}

/** All windows at once, until nothing is left to do; between two rounds nothing is sent. */
async function round(windows: readonly Window[]): Promise<void> {
  for (const { engine } of windows) engine.start()
  await Promise.all(windows.map((window) => window.sync()))
  for (const { engine } of windows) {
    engine.stop()
    if (engine.status.error !== null) throw new Error(`the round ended with ${engine.status.error}`)
  }
}

async function main(): Promise<void> {
  if (way.plain === true) Reflect.deleteProperty(globalThis, 'CompressionStream')
  hands.turnedMs = way.clock_ms ?? 0
  const [dice, story, watch, shared] = [new Dice(settings.seed), new Story(undefined), new Watch(), new SharedLocks()]
  const line = new ShapedLine(settings.origin, new Dice(settings.seed + 2), story, null)
  await signIn(settings.username, settings.password, line.http({ dead: false, kill: () => undefined }, () => Promise.resolve(null)))
  closeDb(userId)
  // The line and the engine have dice of their own, so that each way has the same deeds.
  const device: Device = {
    userId, dice: new Dice(settings.seed + 1), line, disk: new Disk(`gridfield-${userId}`), watch,
    locks: (window) => shared.of(window), onLeft: () => undefined,
  }
  const windows = Array.from({ length: way.windows ?? 1 }, () => new Window(device))
  const { db } = windows[0] as Window
  const person = new Person(dice, new Camera(settings.pictures, dice, 1), story)
  await round(windows)
  while ((await db.journal.count()) < settings.mutations) {
    await person.act(db)
    if (dice.chance(ROUND)) await round(windows)
  }
  for (let i = 0; i < 2; i++) await round(windows) // that photos have arrived is told by the next pull
  writeFileSync(settings.result, JSON.stringify({
    journal: await db.journal.orderBy('n').toArray(),
    outbox: await db.outbox.toArray(),
    dead: await db.dead.toArray(),
    base: await db.base.toArray(),
    membership: await db.membership.toArray(),
    broken: [...person.broken, ...watch.broken, ...line.broken, ...internalErrors],
  }))
}

await main()
process.exit(0)
