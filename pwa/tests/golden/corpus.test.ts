/** The recorded pushes of this release are what this release sends (invariant 18; tests/golden/README.md). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'

import { version } from '../../package.json'
import { ProtocolServer } from '../sync/protocol-server'
import { newPhone, sync } from '../sync/phone'
import { GRID, TASKS, wholeDay } from './day'

const FOLDER = `../tests/golden/${version}`
const FILE = `${FOLDER}/pushes.json`

interface Sent { name: string; v: number; args: unknown }
interface Push { mutations: Sent[] }

async function recordedDay(): Promise<Push[]> {
  const server = new ProtocolServer()
  server.granted = ['global', `grid:${GRID}`, 'user:u1']
  for (const id of TASKS) server.put('user:u1', 'task', id, { id, state: 'assigned' })
  const phone = await newPhone(server)
  await sync(phone)
  phone.engine.stop()
  await wholeDay(phone.db)
  await sync(phone)
  phone.engine.stop()
  return server.requests.filter(({ path }) => path === '/sync/push').map(({ json }) => json as Push)
}

/** What a value looks like, whatever stands in it. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((part) => JSON.stringify(shape(part))))].sort()
  if (value === null || typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).sort().map(([key, part]) => [key, shape(part)]))
}

const shapes = (pushes: Push[]): unknown => [
  ...new Set(pushes.map((push) => JSON.stringify(shape({ ...push, mutations: [] })))),
  pushes.flatMap(({ mutations }) => mutations.map(({ name, v, args }) => [name, v, shape(args)])),
]

it('sends what the corpus of its release holds; record anew with GOLDEN=write', async () => {
  const pushes = await recordedDay()
  if (process.env.GOLDEN === 'write') {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(FILE, `${JSON.stringify(pushes, null, 1)}\n`)
  }
  expect(shapes(pushes)).toEqual(shapes(JSON.parse(readFileSync(FILE, 'utf8')) as Push[]))
})
