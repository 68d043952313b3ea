import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import { emptyAnswer } from '../../src/domain/checklist'
import { draftOf } from '../../src/db/drafts'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { addPhoto } from '../../src/db/photos'
import { type InspectionHandle, useInspection } from '../../src/field/inspections/use-inspection'
import type { InspectionWork } from '../../src/field/inspections/work'
import { current } from '../../src/field/session/current'
import { SyncEngine } from '../../src/sync/engine'
import { httpOf } from '../../src/api/session'
import type { RecordMap } from '../../src/domain/records'
import { SESSION, WORKER_ID, fillPhone, taskOf, townRows } from '../fixtures/phone'
import { photoLine } from '../fixtures/photo-line'
import { smallChecklist } from '../fixtures/small-checklist'

let db: GridfieldDb
let scope: EffectScope

/** What a screen does when it is opened; a second call is the app opened anew after a kill. */
async function open(): Promise<InspectionHandle> {
  scope = effectScope()
  const handle = scope.run(() => useInspection('house-1', null)) as InspectionHandle
  await handle.load()
  return handle
}

beforeEach(async () => {
  // No GPS in this world.
  Object.defineProperty(navigator, 'geolocation', {
    configurable: true,
    value: { watchPosition: () => 1, clearWatch: () => undefined },
  })
  db = await fillPhone(townRows(smallChecklist(), [], 3))
  current.value = { db, engine: new SyncEngine({ db, http: httpOf(db) }), user: SESSION }
})

afterEach(async () => {
  scope.stop()
  current.value = null
  await db.delete()
  closeDb(WORKER_ID)
})

describe('an inspection in the middle of the checklist', () => {
  it('stands on the disk with each answer and reopens at the same item', async () => {
    const first = await open()
    first.answer('A01', { verdict: 'pass' })
    first.answer('D01', { verdict: 'fail', note: '纸箱' })
    await expect.poll(async () => (await draftOf(db, 'inspection', 'house-1'))?.cursor).toBe('D01')

    const again = await open()
    expect(again.cursor.value).toBe('D01')
    expect(again.answers.A01?.verdict).toBe('pass')
    expect(again.answers.D01?.note).toBe('纸箱')
    expect(again.work.value?.inspection_id).toBe(first.work.value?.inspection_id)
  })

  it('finds the photos that were taken for its items', async () => {
    const first = await open()
    const id = first.work.value?.inspection_id ?? ''
    first.answer('D01', { verdict: 'fail' })
    await addPhoto(db, {
      ...photoLine('D01'), item_code: 'D01', draft_id: id, owner_kind: 'inspection', owner_id: id,
      data: new ArrayBuffer(8), thumb: null,
    })
    await expect.poll(() => draftOf(db, 'inspection', 'house-1')).toBeDefined()

    const again = await open()
    expect(again.photos.D01).toHaveLength(1)
    expect(again.left.value.some(({ code }) => code === 'D01')).toBe(false)
  })

  it('leaves no draft behind when the house was only looked at', async () => {
    const first = await open()
    first.visit('D01')
    await flushPromises()
    expect(await draftOf(db, 'inspection', 'house-1')).toBeUndefined()
  })

  it('shows the number of the house file without taking it for an answer', async () => {
    const first = await open()
    expect(first.answers.A04?.number).toBeNull()
    expect(first.left.value).toContainEqual({ code: 'A04', gap: 'number' })
  })
})

describe('an inspection that a task asks for by a checklist', () => {
  const held = { title: '厂房清单', title_en: 'Workshops', items: smallChecklist().slice(0, 1), state: 'published' as const, code: 'workshop' }
  const keepList = (id: string, row: Partial<RecordMap['checklist']>) =>
    db.base.put({ kind: 'checklist', id, scope: 'global', version: 1, row: { ...held, ...row } as RecordMap['checklist'] })
  const open = async (task: string | null) => {
    scope = effectScope()
    const handle = scope.run(() => useInspection('house-1', task)) as InspectionHandle
    await handle.load()
    return handle
  }

  beforeEach(async () => {
    const row = taskOf('t1', { checklist: { code: 'workshop', title: '厂房清单', title_en: null } })
    await db.base.put({ kind: 'task', id: 't1', scope: 'user:1', version: 1, row })
    await keepList('w1', { version: 1 })
    await keepList('w2', { version: 2 })
    await keepList('w3', { version: 3, state: 'retired' })
  })

  it('is made by the version of it that is in force', async () => {
    expect((await open('t1')).work.value).toMatchObject({ checklist_id: 'w2', task_id: 't1' })
  })

  it('leaves what was begun by another checklist as it is', async () => {
    await db.base.where({ kind: 'checklist' }).filter(({ id }) => id.startsWith('w')).delete()
    const own = await open(null)
    own.answer('A01', { verdict: 'pass' })
    await expect.poll(() => draftOf(db, 'inspection', 'house-1')).toBeDefined()
    await keepList('w2', { version: 2 })

    const asked = await open('t1')
    expect(asked.work.value).toMatchObject({ checklist_id: 'w2', task_id: 't1', answers: [] })
    expect(asked.work.value?.inspection_id).not.toBe(own.work.value?.inspection_id)
    expect(await draftOf<InspectionWork>(db, 'inspection', 'house-1')).toMatchObject({ id: own.work.value?.inspection_id })
  })

  it('says so where the phone has no such checklist', async () => {
    await db.base.where({ kind: 'checklist' }).filter(({ id }) => id.startsWith('w')).delete()
    expect((await open('t1')).state.value).toBe('no_checklist')
  })
})

describe('submitting', () => {
  it('turns the draft into one mutation, and nothing typed late brings it back', async () => {
    const handle = await open()
    handle.setAnswers(handle.items.value.map(({ code }) => ({ ...emptyAnswer(code), verdict: 'pass', number: 1 })))
    handle.change({ note: '房东在场' }, true)
    const id = await handle.submit()
    handle.change({ note: '迟到的字' })
    await flushPromises()

    const outbox = await db.outbox.toArray()
    expect(outbox.map(({ name }) => name)).toEqual(['inspection.submit'])
    expect(outbox[0]?.args).toMatchObject({ inspection_id: id, house_id: 'house-1', note: '房东在场' })
    expect(await draftOf<InspectionWork>(db, 'inspection', 'house-1')).toBeUndefined()
  })
})
