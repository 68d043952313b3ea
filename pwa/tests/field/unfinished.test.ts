import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveDraft } from '../../src/db/drafts'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import DraftList from '../../src/field/drafts/draft-list.vue'
import { listUnfinished } from '../../src/field/drafts/unfinished'
import { newReport } from '../../src/field/hazards/report'
import UrgentPage from '../../src/field/hazards/urgent-page.vue'
import { newWork } from '../../src/field/inspections/work'
import { current } from '../../src/field/session/current'
import TodayPage from '../../src/field/today/today-page.vue'
import { listQueue } from '../../src/sync/queue'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { control, show, showAt, signIn } from './signed-in'

describe('unfinished work', () => {
  let db: GridfieldDb
  let close = (): void => undefined

  beforeEach(async () => {
    db = await fillPhone(townRows([], [], 3))
    await signIn(db)
  })

  afterEach(async () => {
    close()
    current.value?.engine.stop()
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  const inspection = (outcome: 'inspected' | 'refused' = 'inspected') => {
    const data = { ...newWork('house-2', 'checklist-1', null), outcome }
    return saveDraft(db, { id: data.inspection_id, kind: 'inspection', owner_id: 'house-2', cursor: 'D01', data })
  }

  it('stands on the first screen, one tap from where it was left', async () => {
    await inspection()
    const { page, router } = show(TodayPage)
    close = () => { page.unmount() }
    await expect.poll(() => document.body.textContent).toContain('继续检查')
    const link = control('继续检查')
    expect(link.textContent).toContain('华山社区华山路 2 号')
    link.click()
    await expect.poll(() => router.currentRoute.value.fullPath).toBe('/inspect/house-2')
  })

  it('goes back to the very report, and to the last look at a visit without an inspection', async () => {
    const report = newReport('house-1')
    await saveDraft(db, { id: report.case_id, kind: 'hazard', owner_id: report.case_id, cursor: null, data: report })
    await inspection('refused')
    const found = await listUnfinished(db)
    expect(found.map(({ subject, to }) => [subject, to])).toEqual(
      expect.arrayContaining([
        ['华山社区华山路 2 号', { name: 'inspect-summary', params: { id: 'house-2' } }],
        ['华山社区华山路 1 号', { name: 'hazard-new', query: { draft: report.case_id } }],
      ]),
    )
  })

  it('keeps the sentence of an emergency through a kill, until it is sent', async () => {
    const first = await showAt('/urgent', UrgentPage)
    await expect.poll(() => document.querySelector('textarea')).not.toBeNull()
    await first.page.get('textarea').setValue('三楼冒烟')
    await expect.poll(() => db.drafts.count()).toBe(1)
    first.page.unmount()
    expect((await listUnfinished(db)).map(({ to }) => to)).toEqual([{ name: 'urgent' }])

    const again = await showAt('/urgent', UrgentPage)
    close = () => { again.page.unmount() }
    await expect.poll(() => document.querySelector('textarea')?.value).toBe('三楼冒烟')
    control('立即上报').click()
    await expect.poll(() => db.drafts.count()).toBe(0)
    expect((await listQueue(db)).map(({ name }) => name)).toEqual(['hazard.urgent'])
    // The page has asked for a round: it begins, and ends, before the stores go.
    for (let i = 0; i < 2; i++) await current.value?.engine.kick('person')
  })

  it('leaves out what the screen shows elsewhere', async () => {
    await saveDraft(db, { id: 'p1', kind: 'patrol', owner_id: 'p1', cursor: null, data: {} })
    await inspection()
    const { page } = show(DraftList, { without: 'patrol' })
    close = () => { page.unmount() }
    await expect.poll(() => document.body.textContent).toContain('继续检查')
    expect(document.body.textContent).not.toContain('继续巡查')
  })
})
