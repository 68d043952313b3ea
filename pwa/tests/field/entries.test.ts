import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import SyncPage from '../../src/field/sync/sync-page.vue'
import { listEntries } from '../../src/field/sync/entries'
import { current } from '../../src/field/session/current'
import { saveMutation } from '../../src/sync/save'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { control, show, signIn } from './signed-in'

const visit = {
  inspection_id: 'i1', house_id: 'house-2', checklist_id: 'checklist-1', task_id: null, started_at: '2026-11-22T04:00:00Z',
  outcome: 'nobody_home' as const, answers: [], note: null, position: null, photos: [], case_ids: {},
}

describe('the sync screen', () => {
  let db: GridfieldDb

  beforeEach(async () => {
    db = await fillPhone(townRows([], [], 3))
    await signIn(db)
  })

  afterEach(async () => {
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  async function refuse(mutationId: string): Promise<void> {
    const row = await db.outbox.where('mutation_id').equals(mutationId).first()
    if (!row) throw new Error('not queued')
    await db.outbox.delete(row.mid)
    await db.dead.put({ ...row, verdict: 'rejected', code: 'forbidden', message: '这处房屋不在您的网格', errors: [], record: null, at: 0 })
  }

  it('names what each piece is about and leaves small receipts out', async () => {
    await saveMutation(db, { name: 'task.read', args: { task_id: 't1' } })
    await saveMutation(db, { name: 'inspection.submit', args: visit })
    const entries = await listEntries(db)
    expect(entries.map(({ name, subject, state }) => [name, subject, state])).toEqual([
      ['inspection.submit', '华山社区华山路 2 号', 'device'],
    ])
  })

  it('shows a refused receipt all the same', async () => {
    await refuse(await saveMutation(db, { name: 'task.read', args: { task_id: 't1' } }))
    expect((await listEntries(db)).map(({ state }) => state)).toEqual(['refused'])
  })

  it('gives the plain reason, and leads to the page of the refusal', async () => {
    const id = await saveMutation(db, { name: 'inspection.submit', args: visit })
    await refuse(id)
    const { page } = show(SyncPage)
    await expect.poll(() => document.body.textContent).toContain('这处房屋不在您的网格')
    expect(control('这处房屋不在您的网格').getAttribute('href')).toBe(`/attention/${id}`)
    page.unmount()
  })

  it('counts what was refused only because of another with that other', async () => {
    const start = await saveMutation(db, { name: 'patrol.start', args: { patrol_id: 'p1', kind: 'day', task_id: null, recording: false, position: null } })
    const end = await saveMutation(db, { name: 'patrol.finish', args: { patrol_id: 'p1', note: null, distance_m: 0, segments: 0, photos: [] }, deps: [start] })
    await refuse(start)
    await refuse(end)
    await db.dead.update(end, { code: 'dep-failed' })
    expect((await listEntries(db)).map(({ name, followers }) => [name, followers])).toEqual([['patrol.start', 1]])
  })
})
