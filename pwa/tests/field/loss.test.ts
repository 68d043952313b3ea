import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { setMeta } from '../../src/db/meta'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { current } from '../../src/field/session/current'
import LossNote from '../../src/field/sync/loss-note.vue'
import LossSign from '../../src/field/sync/loss-sign.vue'
import { acknowledgeLoss, checkIntegrity } from '../../src/sync/integrity'
import { saveMutation } from '../../src/sync/save'
import { fillPhone, taskOf, taskRows, townRows, WORKER_ID } from '../fixtures/phone'
import { fakeCaches } from '../sync/fake-caches'
import { hazard } from '../sync/phone'
import { show, signIn } from './signed-in'

const visit = {
  inspection_id: 'i1', house_id: 'house-2', checklist_id: 'checklist-1', task_id: null, started_at: '2026-11-22T04:00:00Z',
  outcome: 'inspected' as const, note: null, position: null, case_ids: {}, answers: [], photos: [],
}
let db: GridfieldDb

beforeEach(async () => {
  vi.stubGlobal('caches', fakeCaches())
  db = await fillPhone([...townRows([], [], 3), ...taskRows(taskOf('t1'), false)])
  await signIn(db)
})

afterEach(async () => {
  document.body.innerHTML = ''
  current.value = null
  vi.unstubAllGlobals()
  await db.delete()
  closeDb(WORKER_ID)
})

it('names what was lost, where it was, and where to look for it', async () => {
  await saveMutation(db, { name: 'inspection.submit', args: visit, captured_at: '2026-11-22T04:05:00Z' })
  await saveMutation(db, { name: 'task.accept', args: { task_id: 't1', seen_state: 'assigned' } })
  await saveMutation(db, { name: 'hazard.report', args: hazard() })
  // The end of the history is gone.
  await Promise.all([db.outbox.clear(), db.journal.clear(), setMeta(db, 'saved_mutations', 0)])
  await checkIntegrity(db)
  show(LossNote)

  const lines = () => [...document.querySelectorAll('.app-list li')].map((line) => [line.textContent, line.querySelector('a')?.getAttribute('href')])
  await vi.waitFor(() => { expect(lines()).toHaveLength(3) })
  expect(lines()).toEqual([
    [expect.stringMatching(/入户检查 · 华山社区华山路 2 号.*11-22 12:05/), '/house/house-2'],
    [expect.stringContaining('接受任务 · 任务 t1'), '/task/t1'],
    [expect.stringContaining('随手报'), '/hazards'],
  ])
})

it('is told above every screen but its own, until it was read', async () => {
  await setMeta(db, 'loss', { missing_mutations: 2, missing_photos: 1, missing: [] })
  const { router, page } = show(LossSign)
  await expect.poll(() => page.text()).toContain('记录 2 条')
  await router.push('/sync')
  expect(page.text()).toBe('')
  await router.push('/')
  expect(page.text()).toContain('看看丢了什么')
  await acknowledgeLoss(db)
  await expect.poll(() => page.text()).toBe('')
})
