import { liveQuery, type Subscription } from 'dexie'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { GridfieldDb } from '../../src/db/open'
import type { BaseRow } from '../../src/db/schema'
import { newId } from '../../src/domain/ids'
import { closeShelf } from '../../src/sync/shelf'
import { saveMutation } from '../../src/sync/save'
import { listRecords, type ViewRow } from '../../src/sync/view'

const MANY = 300 // more than one chunk
const PATIENCE = { timeout: 20_000 }
const house = (n: number, address = `建东村 ${String(n)} 号`): BaseRow =>
  ({ kind: 'house', id: `h${String(n).padStart(4, '0')}`, scope: 'grid:g1', version: 1, row: { address, open_cases: 0 } }) as unknown as BaseRow

let db: GridfieldDb
let other: GridfieldDb
let watched: Subscription
let shown: ViewRow<'house'>[] | undefined
let read: number
const addressOf = (n: number): string | undefined => shown?.find(({ id }) => id === house(n).id)?.address

beforeEach(async () => {
  const user = newId()
  db = new GridfieldDb(user)
  other = new GridfieldDb(user)
  await other.base.bulkAdd(Array.from({ length: MANY }, (_, n) => house(n)))
  read = 0
  db.base.hook('reading', (row) => {
    read += 1
    return row
  })
  watched = liveQuery(async () => await listRecords(db, 'house')).subscribe((rows) => { shown = rows })
  await vi.waitFor(() => { expect(shown).toHaveLength(MANY) }, PATIENCE)
  read = 0
})
afterEach(() => {
  watched.unsubscribe()
  closeShelf(db)
  db.close()
  other.close()
  shown = undefined
})

describe('the houses in memory', () => {
  it('follow what another window puts and deletes, and read no more than that', async () => {
    await other.base.put(house(7, '新址'))
    await vi.waitFor(() => { expect(addressOf(7)).toBe('新址') }, PATIENCE)
    await other.base.bulkDelete([['house', house(8).id], ['house', house(9).id]])
    await vi.waitFor(() => { expect(shown).toHaveLength(MANY - 2) }, PATIENCE)
    await other.base.add(house(MANY))
    await vi.waitFor(() => { expect(addressOf(MANY)).toBeDefined() }, PATIENCE)
    expect(read).toBeLessThan(10)
  })

  it('follow a batch so large that nobody says which', async () => {
    await other.transaction('rw', other.base, async () => {
      await other.base.bulkPut(Array.from({ length: 100 }, (_, n) => house(n + 1, '改')))
      await other.base.delete(['house', house(0).id])
    })
    await vi.waitFor(() => { expect(shown).toHaveLength(MANY - 1) }, PATIENCE)
    expect([addressOf(1), addressOf(100), addressOf(101)]).toEqual(['改', '改', '建东村 101 号'])
  })

  it('are emptied with the base', async () => {
    await other.base.clear()
    await vi.waitFor(() => { expect(shown).toEqual([]) }, PATIENCE)
  })

  it('stand below own unsent work, and are not read again for it', async () => {
    const id = house(3).id
    await saveMutation(db, {
      name: 'hazard.report',
      args: { case_id: newId(), item_code: 'X', house_id: id, severity: null, note: null, position: null, address: null, grid_id: 'g1', photos: [] },
    })
    await vi.waitFor(() => { expect(shown?.find((row) => row.id === id)).toMatchObject({ open_cases: 1, unsent: true }) }, PATIENCE)
    expect(shown?.find((row) => row.id === house(4).id)).toMatchObject({ open_cases: 0, unsent: false })
    expect(read).toBeLessThan(10)
  })

  it('need no second look where nothing of them has changed', async () => {
    const before = shown
    await other.base.put({ kind: 'task', id: 't1', scope: 'grid:g1', version: 1, row: {} } as unknown as BaseRow)
    expect(await listRecords(db, 'house')).toBe(before)
    expect(read).toBeLessThan(3)
  })
})
