import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { effectScope } from 'vue'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { addPhoto } from '../../src/db/photos'
import { manifestLine, type DeadRow, type FieldProblem } from '../../src/db/schema'
import type { FeedbackSubmit, HazardReport, HazardSettle, HazardUrgent, InspectionSubmit, MutationArgs, MutationName, RejectedResolve, TaskFinish } from '../../src/domain/mutations'
import AttentionPage from '../../src/field/attention/attention-page.vue'
import { isMendable, mend } from '../../src/field/attention/mend'
import { wrongIn } from '../../src/field/attention/wrong'
import UrgentPage from '../../src/field/hazards/urgent-page.vue'
import { useReport } from '../../src/field/hazards/use-report'
import { type InspectionHandle, useInspection } from '../../src/field/inspections/use-inspection'
import FeedbackPage from '../../src/field/me/feedback-page.vue'
import { current } from '../../src/field/session/current'
import FinishPage from '../../src/field/tasks/finish-page.vue'
import { saveMutation } from '../../src/sync/save'
import { fillPhone, taskOf, taskRows, townRows, WORKER_ID } from '../fixtures/phone'
import { photoLine } from '../fixtures/photo-line'
import { smallChecklist } from '../fixtures/small-checklist'
import { control, show, showAt, signIn } from './signed-in'

const gps = { lng: 121.07, lat: 32.06, accuracy: 5, at: '2026-11-22T04:00:00Z', source: 'gps' as const }
const answer = { number: null, text: null, note: null, severity: null }
const visit: InspectionSubmit = {
  inspection_id: 'i1', house_id: 'house-2', checklist_id: 'checklist-1', task_id: null, started_at: '2026-11-22T04:00:00Z',
  outcome: 'inspected', note: '房东在场', position: gps, case_ids: { D01: 'c1' },
  answers: [{ ...answer, code: 'A01', verdict: 'pass' }, { ...answer, code: 'D01', verdict: 'fail' }],
  photos: [{ ...photoLine(null), item_code: null }],
}
const hazardArgs: HazardReport = {
  case_id: 'c9', item_code: 'FH99', severity: 'critical', house_id: null, grid_id: 'grid-1', note: '楼道', address: null, position: gps, photos: [],
}
const words = (pointer: string, detail: string): FieldProblem => ({ pointer, code: 'x', detail })

let db: GridfieldDb

beforeEach(async () => {
  Object.defineProperty(navigator, 'geolocation', {
    configurable: true, value: { watchPosition: () => 1, clearWatch: () => undefined },
  })
  db = await fillPhone([...townRows(smallChecklist(), [], 3), ...taskRows(taskOf('t1', { state: 'accepted' }), false)])
  await signIn(db)
})

afterEach(async () => {
  document.body.innerHTML = ''
  current.value = null
  await db.delete()
  closeDb(WORKER_ID)
})

/** Saves it as a screen does, and leaves it as the server's refusal does. */
async function refuse<N extends MutationName>(name: N, args: MutationArgs[N], dead: Partial<DeadRow> = {}): Promise<DeadRow> {
  const id = await saveMutation(db, { name, args })
  const row = await db.outbox.where('mutation_id').equals(id).first()
  if (!row) throw new Error('not queued')
  await db.outbox.delete(row.mid)
  await db.journal.update(id, { verdict: 'rejected' })
  const letter: DeadRow = { ...row, verdict: 'rejected', code: 'validation', message: '内容有误', errors: [], record: null, at: 0, ...dead }
  await db.dead.put(letter)
  return letter
}

async function saved<T>(name: MutationName): Promise<T | undefined> {
  return (await db.outbox.filter((row) => row.name === name).first())?.args as T | undefined
}

describe('what is wrong with a record', () => {
  it.each([
    ['/args/answers/1/verdict', '请填写这一项', { item: 'D01', field: 'verdict', detail: '请填写这一项' }],
    ['/args/photos', 'D01:这一项不合格,必须拍照', { item: 'D01', field: 'photos', detail: '这一项不合格,必须拍照' }],
    ['/args/answers', 'B02:请填写数字', { item: 'B02', field: 'answers', detail: '请填写数字' }],
    ['/args/case_ids/D01', '缺少隐患编号', { item: 'D01', field: null, detail: '缺少隐患编号' }],
    ['/args/photos/0/item_code', '没有', { item: null, field: 'photos', detail: '没有' }],
    ['/args/position/lng', '位置不在中国境内', { item: null, field: 'position', detail: '位置不在中国境内' }],
    ['/args/house_id', '没有这户出租房', { item: null, field: 'house_id', detail: '没有这户出租房' }],
    ['/captured_at', '应为日期', { item: null, field: 'captured_at', detail: '应为日期' }],
    ['/args/answers/77/verdict', '必填', { item: null, field: 'answers', detail: '必填' }],
  ])('%s is found on the screen', (pointer, detail, place) => {
    expect(wrongIn({ args: visit, errors: [words(pointer, detail)] })).toEqual([place])
  })
})

describe('a refused inspection', () => {
  const wrong = { errors: [words('/args/photos', 'D01:这一项不合格,必须拍照')], code: 'photo-required' }

  async function opened(draft: string | null): Promise<InspectionHandle> {
    const handle = effectScope().run(() => useInspection('house-2', null, draft)) as InspectionHandle
    await handle.load()
    return handle
  }

  it('opens as it was sent, at the item that is wrong, and is sent in its own place', async () => {
    await addPhoto(db, {
      ...visit.photos[0], item_code: null, draft_id: 'i1', owner_kind: 'inspection', owner_id: 'i1', data: new ArrayBuffer(8), thumb: null,
    } as never)
    const letter = await refuse('inspection.submit', visit, wrong)
    const place = await mend(db, letter)
    expect(place).toEqual({ name: 'inspect', params: { id: 'house-2' }, query: { draft: 'i1' } })
    // Going back and coming again finds what was begun.
    expect(await mend(db, letter)).toEqual(place)

    const handle = await opened('i1')
    expect(handle.cursor.value).toBe('D01')
    expect(handle.answers.A01?.verdict).toBe('pass')
    expect(handle.photos['']).toMatchObject([{ sha256: visit.photos[0]?.sha256 }])
    handle.answer('D01', { verdict: 'pass' })
    await flushPromises()
    await handle.submit()

    const sent = await saved<InspectionSubmit>('inspection.submit')
    expect(sent).toMatchObject({ inspection_id: 'i1', note: '房东在场', position: gps, started_at: visit.started_at, case_ids: {} })
    expect(sent?.photos).toHaveLength(1)
    expect(await saved<RejectedResolve>('rejected.resolve')).toMatchObject({ mutation_id: letter.mutation_id, resolution: 'sent_again' })
    expect([await db.dead.count(), await db.drafts.count(), await db.photos.count()]).toEqual([0, 0, 1])
  })

  it('does not hide the visit that was begun meanwhile', async () => {
    const letter = await refuse('inspection.submit', visit, wrong)
    const begun = await opened(null)
    begun.answer('A01', { verdict: 'fail' })
    await expect.poll(() => db.drafts.count()).toBe(1)
    await mend(db, letter)
    expect((await opened('i1')).answers.A01?.verdict).toBe('pass')
    expect(await db.drafts.count()).toBe(2)
  })

  it('gets another id only where the id itself is taken', async () => {
    const letter = await refuse('inspection.submit', visit, { code: 'hash-conflict' })
    const place = await mend(db, letter) as { query: { draft: string } }
    expect(place.query.draft).not.toBe('i1')
    expect((await opened(place.query.draft)).work.value?.inspection_id).toBe(place.query.draft)
  })

  it('is not put right by writing where the house is not the author\'s, or no longer on the phone', async () => {
    const letter = await refuse('inspection.submit', visit, { code: 'forbidden', errors: [words('/args/house_id', '不在您的网格内')] })
    expect(await isMendable(db, letter)).toBe(false)
    expect(await isMendable(db, { ...letter, errors: [] })).toBe(true)
    await db.base.delete(['house', 'house-2'])
    expect(await isMendable(db, { ...letter, errors: [] })).toBe(false)
  })
})

describe('other refused records', () => {
  it('a hazard opens with what was chosen, and keeps the place where it was', async () => {
    const letter = await refuse('hazard.report', hazardArgs, { errors: [words('/args/item_code', '没有这个事项')] })
    expect(await mend(db, letter)).toEqual({ name: 'hazard-new', query: { draft: 'c9' } })
    const report = effectScope().run(() => useReport('c9', null)) as ReturnType<typeof useReport>
    await report.load()
    expect(report.work.value).toMatchObject({ item_code: 'FH99', severity: 'critical', note: '楼道' })
    await report.change({ item_code: 'FH01' })
    await report.submit()
    expect(await saved<HazardReport>('hazard.report')).toMatchObject({ case_id: 'c9', item_code: 'FH01', position: gps })
    expect(await db.dead.count()).toBe(0)
  })

  it('what may not be settled on the spot goes to the centre instead', async () => {
    const args: HazardSettle = { ...hazardArgs, item_code: 'FH01', done: '已清运', photos: [] }
    const letter = await refuse('hazard.settle', args, { code: 'not-self-settled', errors: [words('/args/item_code', '这类问题不能自办')] })
    await mend(db, letter)
    const report = effectScope().run(() => useReport('c9', null)) as ReturnType<typeof useReport>
    await report.load()
    expect(report.work.value).toMatchObject({ item_code: 'FH01', done: '已清运' })
    await report.submit()
    expect(await saved<HazardReport>('hazard.report')).toMatchObject({ case_id: 'c9', item_code: 'FH01' })
    expect(await db.dead.count()).toBe(0)
  })

  it('an emergency keeps its case and its photos, and is not taken for the next one', async () => {
    await addPhoto(db, {
      ...photoLine(null), item_code: null, draft_id: 'x', owner_kind: 'case', owner_id: 'c9', data: new ArrayBuffer(8), thumb: null,
    })
    const photos = (await db.photos.toArray()).map(manifestLine)
    const letter = await refuse('hazard.urgent', { case_id: 'c9', text: '起火', position: null, photos }, { code: 'forbidden' })
    expect(await mend(db, letter)).toEqual({ name: 'urgent', query: { draft: 'c9' } })

    const next = await showAt('/urgent', UrgentPage)
    await expect.poll(() => document.body.textContent).toContain('从相册选')
    expect(document.querySelector('textarea')?.value).toBe('')
    next.page.unmount()
    const { page } = await showAt('/urgent?draft=c9', UrgentPage)
    await expect.poll(() => document.querySelector('textarea')?.value).toBe('起火')
    await expect.poll(() => document.querySelectorAll('.photo-list li').length).toBe(1)
    control('立即上报').click()
    await expect.poll(() => db.dead.count()).toBe(0)
    const sent = await saved<HazardUrgent>('hazard.urgent')
    expect(sent).toMatchObject({ case_id: 'c9', text: '起火', photos: [{ sha256: photos[0]?.sha256 }] })
    page.unmount()
    for (let i = 0; i < 2; i++) await current.value?.engine.kick('person')
  })

  it('a further report and a whistle open with what they said, unless nothing would help', async () => {
    const follow = await refuse('case.follow', { case_id: 'c9', text: '已灭', final: false, photos: [] }, { code: 'not-found' })
    expect(await mend(db, follow)).toMatchObject({ name: 'follow', params: { id: 'c9' } })
    const whistle = await refuse('case.whistle', { case_id: 'c9', text: '请到场', departments: ['d1'] })
    expect(await mend(db, whistle)).toMatchObject({ name: 'whistle', params: { id: 'c9' } })
    expect((await db.drafts.where('owner_id').equals('c9').toArray()).map(({ data }) => data)).toEqual(
      expect.arrayContaining([expect.objectContaining({ text: '已灭' }), { text: '请到场', departments: ['d1'] }]),
    )
    expect(await isMendable(db, { ...whistle, code: 'forbidden' })).toBe(false)
  })

  it('a hazard whose place was wrong takes the phone\'s', async () => {
    const letter = await refuse('hazard.report', hazardArgs, { errors: [words('/args/position/lng', '位置不在中国境内')] })
    await mend(db, letter)
    expect((await db.drafts.get('c9'))?.data).toMatchObject({ measured: null, picked: null })
  })

  it('a task\'s result opens with its words, marked, and is finished anew', async () => {
    const args: TaskFinish = { task_id: 't1', seen_state: 'accepted', text: '已拆除', position: null, photos: [], outcome: null }
    const letter = await refuse('task.finish', args, { errors: [words('/args/text', '太长')] })
    const place = await mend(db, letter) as { query: { draft: string } }
    const { page } = await showAt(`/task-finish/t1?draft=${place.query.draft}`, FinishPage, { id: 't1' })
    await expect.poll(() => document.querySelector('.wrong-note')?.textContent).toContain('太长')
    expect(document.querySelector('textarea')?.value).toBe('已拆除')
    control('完成').click()
    await expect.poll(() => db.dead.count()).toBe(0)
    expect(await saved<TaskFinish>('task.finish')).toMatchObject({ text: '已拆除', position: null })
    page.unmount()
  })

  it('feedback opens with its words', async () => {
    const args: FeedbackSubmit = { feedback_id: 'f1', text: '字太小' }
    await mend(db, await refuse('feedback.submit', args))
    const { page } = show(FeedbackPage)
    await expect.poll(() => document.querySelector('textarea')?.value).toBe('字太小')
    page.unmount()
  })
})

describe('the page of a refusal', () => {
  async function opened(letter: DeadRow): Promise<ReturnType<typeof show>> {
    const shown = show(AttentionPage, { id: letter.mutation_id })
    await expect.poll(() => document.body.textContent).toContain('入户检查')
    return shown
  }

  it('says what, where and why, and marks the item by its name', async () => {
    const { page } = await opened(await refuse('inspection.submit', visit, { errors: [words('/args/answers/1/verdict', '请填写这一项')] }))
    const said = document.body.textContent
    for (const part of ['内容有误', '华山社区华山路 2 号', '房东在场', 'D01', '请填写这一项']) expect(said).toContain(part)
    page.unmount()
  })

  it('lets it go only with a reason', async () => {
    const { page } = await opened(await refuse('inspection.submit', visit))
    control('放弃这条').click()
    await expect.poll(() => document.querySelector('dialog textarea')).not.toBeNull()
    const confirm = [...document.querySelectorAll<HTMLElement>('dialog .app-button')].find(({ textContent }) => textContent.trim() === '放弃')
    confirm?.click()
    await expect.poll(() => document.body.textContent).toContain('请写明原因')
    expect(await db.dead.count()).toBe(1)
    const field = document.querySelector('dialog textarea') as HTMLTextAreaElement
    field.value = '重复了'
    field.dispatchEvent(new Event('input'))
    confirm?.click()
    await expect.poll(() => db.dead.count()).toBe(0)
    expect(await saved<RejectedResolve>('rejected.resolve')).toMatchObject({ resolution: 'discarded', reason: '重复了' })
    page.unmount()
  })

  it('asks nothing of the worker while the centre looks at it', async () => {
    const { page } = await opened(await refuse('inspection.submit', visit, { verdict: 'held', message: '' }))
    expect(document.body.textContent).toContain('指挥中心正在查看')
    expect(() => control('放弃')).toThrow()
    expect(() => control('提交')).toThrow()
    page.unmount()
  })
})
