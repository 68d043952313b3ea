import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import InspectionPage from '../../src/field/inspections/inspection-page.vue'
import { current } from '../../src/field/session/current'
import { saveMutation } from '../../src/sync/save'
import { fillPhone, taskOf, taskRows, townRows, WORKER_ID } from '../fixtures/phone'
import { control, showAt, signIn } from './signed-in'

describe('the result of an inspection that a task asked for', () => {
  let db: GridfieldDb
  let close = (): void => undefined

  async function inspect(photoRequired: boolean) {
    const task = taskOf('t1', { house_id: 'house-2', state: 'accepted' })
    db = await fillPhone([...townRows([], [], 3), ...taskRows(task, photoRequired)])
    await signIn(db)
    const args = {
      inspection_id: 'i1', house_id: 'house-2', checklist_id: 'checklist-1', task_id: 't1', started_at: '2026-11-22T04:00:00Z',
      outcome: 'nobody_home' as const, answers: [], note: null, position: null, photos: [], case_ids: {},
    }
    await saveMutation(db, { name: 'inspection.submit', args })
    const { page, router } = await showAt('/inspection/i1?saved=1', InspectionPage)
    close = () => { page.unmount() }
    await expect.poll(() => document.body.textContent).toContain('完成任务')
    return router
  }

  beforeEach(() => {
    Object.defineProperty(navigator, 'geolocation', {
      configurable: true, value: { watchPosition: () => 1, clearWatch: () => undefined },
    })
  })

  afterEach(async () => {
    close()
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  it('finishes the task with one tap, in the words of the result', async () => {
    await inspect(false)
    control('完成任务').click()
    await expect.poll(() => db.outbox.toArray()).toMatchObject([
      { name: 'inspection.submit' },
      { name: 'task.finish', args: { task_id: 't1', seen_state: 'accepted', text: '家中无人', photos: [] } },
    ])
    await expect.poll(() => document.body.textContent).not.toContain('完成任务')
    expect(document.body.textContent).toContain('看这户房屋')
  })

  it('leaves a task by a checklist open where nobody was met, and says so', async () => {
    const task = taskOf('t1', { house_id: 'house-2', state: 'accepted', checklist: { code: 'rental', title: '清单', title_en: null } })
    db = await fillPhone([...townRows([], [], 3), ...taskRows(task, false)])
    await signIn(db)
    const args = {
      inspection_id: 'i1', house_id: 'house-2', checklist_id: 'checklist-1', task_id: 't1', started_at: '2026-11-22T04:00:00Z',
      outcome: 'nobody_home' as const, answers: [], note: null, position: null, photos: [], case_ids: {},
    }
    await saveMutation(db, { name: 'inspection.submit', args })
    const { page } = await showAt('/inspection/i1?saved=1', InspectionPage)
    close = () => { page.unmount() }
    await expect.poll(() => document.body.textContent).toContain('没有查成，任务仍待办')
    expect(document.body.textContent).not.toContain('完成任务')
  })

  it('leads to the photo where the task wants one, with the words filled in', async () => {
    const router = await inspect(true)
    control('完成任务').click()
    await expect.poll(() => router.currentRoute.value).toMatchObject({ name: 'task-finish', params: { id: 't1' }, query: { text: '家中无人' } })
    expect(await db.outbox.count()).toBe(1)
  })
})
