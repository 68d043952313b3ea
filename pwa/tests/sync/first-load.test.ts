/** The first load survives the app's end at any page and goes on where it stopped. */
import { expect, it } from 'vitest'

import { OfflineError } from '../../src/api/http'
import { GridfieldDb } from '../../src/db/open'
import { SyncEngine } from '../../src/sync/engine'
import { loadProgress } from '../../src/sync/progress'
import { newPhone, sync, type Phone } from './phone'
import { ProtocolServer, type Fault } from './protocol-server'
import { expectSameAsServer } from './same-as-server'

const ROWS = 300
const PAGE = 20
const PAGES = ROWS / PAGE

function townOf(rows: number): ProtocolServer {
  const server = new ProtocolServer()
  server.pageSize = PAGE
  for (let i = 0; i < rows; i++) server.put(i % 5 === 0 ? 'global' : 'grid:g1', 'house', `h${String(i)}`, { n: i })
  return server
}

/** Counts the rows that leave the server, and ends the app around one of its answers. */
function endedAt(page: number, arrives: boolean, end: () => void, sent: number[]): Fault[] {
  return Array.from({ length: 10 * PAGES }, (_, number): Fault => async (_request, answer) => {
    const told = await answer()
    const { scopes } = (told.json ?? { scopes: {} }) as { scopes: Record<string, { changes: unknown[] }> }
    sent.push(Object.values(scopes).reduce((sum, { changes }) => sum + changes.length, 0))
    if (number !== page) return told
    if (!arrives) end()
    else setTimeout(end)
    if (!arrives) throw new OfflineError('the app has ended')
    return told
  })
}

function openedAgain(phone: Phone, server: ProtocolServer): Phone {
  const db = new GridfieldDb(phone.db.userId)
  // The app that has ended holds no lock any more.
  const locks = { request: <T>(_name: string, call: () => Promise<T>) => call() }
  return { ...phone, db, engine: new SyncEngine({ db, http: server, clock: phone.clock, locks, random: () => 0.5 }) }
}

const ENDS = Array.from({ length: PAGES }, (_, page) => page).flatMap((page) => [[page, true], [page, false]] as const)

it.each(ENDS)('goes on after an end at page %i (its answer arrived: %s)', async (page, arrives) => {
  const server = townOf(ROWS)
  const sent: number[] = []
  let phone = await newPhone(server)
  const first = phone
  await new Promise<void>((ended) => {
    server.faults = endedAt(page, arrives, () => {
      first.engine.stop()
      first.db.close()
      ended()
    }, sent)
    void sync(first).catch(() => undefined)
  })
  phone = openedAgain(phone, server)
  const before = await loadProgress(phone.db)
  await sync(phone)

  await expectSameAsServer(phone, server)
  expect(sent.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(ROWS + 2 * PAGE)
  expect(before.records).toBeGreaterThanOrEqual((page - 1) * PAGE)
  expect(await loadProgress(phone.db)).toEqual({ records: ROWS, part: 1 })
  phone.engine.stop()
})

it('shows how far it has come', async () => {
  const server = townOf(ROWS)
  const phone = await newPhone(server)
  const seen: { records: number; part: number }[] = []
  server.faults = Array.from({ length: PAGES }, (): Fault => async (_request, answer) => {
    seen.push(await loadProgress(phone.db))
    return answer()
  })
  await sync(phone)
  phone.engine.stop()

  expect(seen.map(({ records }) => records)).toEqual(Array.from({ length: PAGES }, (_, i) => i * PAGE))
  const parts = seen.map(({ part }) => part)
  expect(parts).toEqual([...parts].sort((a, b) => a - b))
  expect(parts.at(-1)).toBeGreaterThan(0.9)
})
