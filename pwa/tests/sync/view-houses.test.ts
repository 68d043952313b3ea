/** The worker sees at once what was written down at the door. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { factsOf, formOf } from '../../src/field/houses/house-work'
import { saveMutation } from '../../src/sync/save'
import { getRecord, listRecords } from '../../src/sync/view'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'

const FORM = { ...formOf(), address: '新房路9号', building_kind: '自建房', floors: '3', area_m2: '180', room_count: '5', bed_count: '6', landlord_name: '王新房', landlord_phone: '13900009999' }
const TENANT = { occupant_id: 'o-9', house_id: 'house-1', room_id: null, name: '赵租客', id_masked: null, relation: '承租人', origin: '安徽', since: '2026-02-01' }

describe('own work on the register', () => {
  let db: GridfieldDb

  beforeEach(async () => { db = await fillPhone(townRows([], [], 3)) })

  afterEach(async () => {
    await db.delete()
    closeDb(WORKER_ID)
  })

  it('adds a house to the list, its people masked', async () => {
    const args = { house_id: 'new', grid_id: 'grid-1', lng: 121, lat: 32, facts: factsOf(FORM), rooms: [{ room_id: 'r', name: '101', area_m2: 9, use: '卧室' }], not_same: [] }
    await saveMutation(db, { name: 'house.register', args })
    const house = (await listRecords(db, 'house')).find(({ id }) => id === 'new')
    expect(house).toMatchObject({ landlord_name: '王**', landlord_phone: '139****9999', state: 'unchecked', unsent: true })
    expect(await listRecords(db, 'room', { house_id: 'new' })).toHaveLength(1)
  })

  it('changes what is description, and says what waits', async () => {
    const args = { house_id: 'house-1', changes: { extinguishers: 9, bed_count: 99 }, seen: { extinguishers: 2, bed_count: 8 }, rooms: [] }
    await saveMutation(db, { name: 'house.correct', args })
    expect(await getRecord(db, 'house', 'house-1')).toMatchObject({ extinguishers: 9, bed_count: 8, pending: ['bed_count'] })
  })

  it('counts who moves in and out, and who was there before it was let anew', async () => {
    await saveMutation(db, { name: 'occupant.move_in', args: TENANT })
    expect(await getRecord(db, 'house', 'house-1')).toMatchObject({ occupant_count: 7 })
    await saveMutation(db, { name: 'occupant.move_out', args: { house_id: 'house-1', occupant_id: 'o-9', until: '2026-03-01' } })
    await saveMutation(db, { name: 'occupant.move_in', args: { ...TENANT, occupant_id: 'o-10' } })
    const relet = { house_id: 'house-1', kind: 'relet' as const, on: '2026-04-01', left: ['o-9', 'o-10'], note: null }
    await saveMutation(db, { name: 'house.event', args: relet })
    expect(await getRecord(db, 'house', 'house-1')).toMatchObject({ occupant_count: 6, lease_since: '2026-04-01' })
    expect((await getRecord(db, 'occupant', 'o-9'))?.until).toBe('2026-03-01')
    expect((await getRecord(db, 'occupant', 'o-10'))?.until).toBe('2026-04-01')
  })
})
