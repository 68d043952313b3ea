import { liveQuery } from 'dexie'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { GridfieldDb } from '../../src/db/open'
import { newId } from '../../src/domain/ids'
import type { Answer, Checklist, ChecklistItem, House, RecordKind, RecordMap, Task } from '../../src/domain/records'
import type { InspectionSubmit, Mutation, MutationArgs, MutationName } from '../../src/domain/mutations'
import { applyMutation, type RecordView } from '../../src/sync/apply'
import { factsOf, formOf } from '../../src/field/houses/house-work'
import { saveMutation } from '../../src/sync/save'
import { getRecord, listRecords } from '../../src/sync/view'

let db: GridfieldDb
beforeEach(() => { db = new GridfieldDb(`view-${newId()}`) })
afterEach(() => { db.close() })

const put = <K extends RecordKind>(kind: K, id: string, row: Partial<RecordMap[K]>, scope = 'grid:g1', version = 1): Promise<unknown> =>
  db.base.put({ kind, id, scope, version, row: row as RecordMap[K] })

const item = (code: string, more: Partial<ChecklistItem> = {}): ChecklistItem => ({
  code, section: 's', text: code, text_en: code, answer: 'pass_fail_na', severity: 'serious', lead_department: '消防',
  other_departments: [], deadline: '3wd', photo_on_fail: 'optional', visibility: 'normal', basis: '', ...more,
})
const checklist: Partial<Checklist> = { items: [item('A'), item('B', { severity: 'critical' }), item('H01', { visibility: 'restricted' })] }
const answer = (code: string, verdict: 'pass' | 'fail'): Answer => ({ code, verdict, number: null, text: null, note: null, severity: null })
const inspection = (more: Partial<InspectionSubmit> = {}): InspectionSubmit => ({
  inspection_id: newId(), house_id: 'h1', checklist_id: 'c1', task_id: null, started_at: '2026-11-22T01:00:00Z',
  outcome: 'inspected', answers: [answer('A', 'pass'), answer('B', 'pass'), answer('H01', 'pass')], note: null, position: null,
  photos: [], case_ids: {}, ...more,
})
const house: Partial<House> = { address: '建东村 1 号', state: 'unchecked', open_cases: 0, grid_id: 'g1', lng: 121, lat: 32, last_inspected_at: null }
const receipts = { delivered_at: null, read_at: null, accepted_at: null, finished_at: null }
const visit = { state: 'open', attempts: 0, attempt_ids: [] }
const task: Partial<Task> = { due_at: '2026-11-25T10:00:00Z', title: '复查', state: 'assigned', receipts, return_reason: null, result_text: null }

describe('an inspection on the phone', () => {
  beforeEach(async () => {
    await put('checklist', 'c1', checklist, 'global')
    await put('house', 'h1', house)
  })

  it('shows result, hazards and the house\'s new state before it is sent', async () => {
    const args = inspection({ answers: [answer('A', 'fail'), answer('B', 'fail'), answer('H01', 'pass')], case_ids: { A: 'k1', B: 'k2' } })
    await saveMutation(db, { name: 'inspection.submit', args, captured_at: '2026-11-22T01:30:00Z' })
    expect(await getRecord(db, 'inspection', args.inspection_id)).toMatchObject({ result: 'fail', fail_count: 2, unsent: true })
    expect(await getRecord(db, 'house', 'h1')).toMatchObject({ state: 'failed', open_cases: 2, last_inspected_at: '2026-11-22T01:30:00Z', unsent: true })
    expect(await listRecords(db, 'case', { house_id: 'h1' })).toMatchObject([
      { id: 'k1', severity: 'serious', grid_id: 'g1' }, { id: 'k2', severity: 'critical', number: null },
    ])
  })

  it('keeps restricted answers out of what others on the grid may read', async () => {
    const args = inspection({ answers: [answer('A', 'pass'), answer('B', 'pass'), answer('H01', 'fail')], case_ids: { H01: 'k9' } })
    await saveMutation(db, { name: 'inspection.submit', args })
    const seen = await getRecord(db, 'inspection', args.inspection_id)
    expect(seen?.answers.map(({ code }) => code)).toEqual(['A', 'B'])
    expect(await getRecord(db, 'case', 'k9')).toBeDefined()
    expect(await getRecord(db, 'house', 'h1')).toMatchObject({ open_cases: 0 })
  })

  it('changes nothing but the list when nobody was at home', async () => {
    await saveMutation(db, { name: 'inspection.submit', args: inspection({ outcome: 'nobody_home', answers: [] }) })
    expect(await getRecord(db, 'house', 'h1')).toMatchObject({ state: 'unchecked', last_inspected_at: null })
    expect(await listRecords(db, 'inspection', { house_id: 'h1' })).toMatchObject([{ result: 'none', outcome: 'nobody_home' }])
  })

  it('ends the task that asked for it by this checklist, and no other', async () => {
    const asked = { ...task, house_id: 'h1', checklist: { code: 'rental', title: '清单', title_en: null } }
    await put('checklist', 'c1', { ...checklist, code: 'rental' }, 'global')
    await put('task', 'by-list', asked)
    await put('task', 'other-list', { ...asked, checklist: { ...asked.checklist, code: 'workshop' } })
    await put('task', 'other-house', { ...asked, house_id: 'h2' })
    await put('task', 'no-list', { ...task, house_id: 'h1' })
    for (const task_id of ['other-list', 'other-house', 'no-list']) await saveMutation(db, { name: 'inspection.submit', args: inspection({ task_id }) })
    await saveMutation(db, { name: 'inspection.submit', args: inspection({ task_id: 'by-list', outcome: 'nobody_home', answers: [] }) })
    expect(await listRecords(db, 'task')).toMatchObject(Array<object>(4).fill({ state: 'assigned' }))

    const captured_at = '2026-11-22T01:30:00Z'
    await saveMutation(db, { name: 'inspection.submit', args: inspection({ task_id: 'by-list', note: '已看' }), captured_at })
    expect(await getRecord(db, 'task', 'by-list')).toMatchObject({
      state: 'done', result_text: '已看', unsent: true, receipts: { accepted_at: captured_at, finished_at: captured_at },
    })
  })

  it('replays two inspections of one house in their order', async () => {
    await saveMutation(db, { name: 'inspection.submit', args: inspection({ answers: [answer('A', 'fail'), answer('B', 'pass'), answer('H01', 'pass')], case_ids: { A: 'k1' } }) })
    await saveMutation(db, { name: 'inspection.submit', args: inspection() })
    expect(await getRecord(db, 'house', 'h1')).toMatchObject({ state: 'rectify', open_cases: 1 })
  })

  it('does not count hazards twice once the server\'s rows are here', async () => {
    const args = inspection({ answers: [answer('A', 'fail'), answer('B', 'pass'), answer('H01', 'pass')], case_ids: { A: 'k1' } })
    await saveMutation(db, { name: 'inspection.submit', args })
    await db.outbox.toCollection().modify({ state: 'acked' })
    await put('inspection', args.inspection_id, { house_id: 'h1', result: 'rectify', fail_count: 1 })
    await put('house', 'h1', { ...house, state: 'rectify', open_cases: 1 })
    expect(await getRecord(db, 'house', 'h1')).toMatchObject({ open_cases: 1, unsent: false })
  })
})

describe('a task on the phone', () => {
  it('moves by the shared table and shows what was done, unsent', async () => {
    await put('task', 't1', task, 'user:u1')
    await saveMutation(db, { name: 'task.read', args: { task_id: 't1' } })
    await saveMutation(db, { name: 'task.finish', args: { task_id: 't1', seen_state: 'assigned', text: '已整改', position: null, photos: [], outcome: null } })
    const done = await getRecord(db, 'task', 't1')
    expect(done).toMatchObject({ state: 'done', result_text: '已整改', unsent: true })
    expect(Object.values(done?.receipts ?? {}).filter((at) => at === null)).toHaveLength(1)
  })

  it('stays as the server has it when the command is not possible any more', async () => {
    await put('task', 't1', { ...task, state: 'cancelled' }, 'user:u1')
    await saveMutation(db, { name: 'task.accept', args: { task_id: 't1', seen_state: 'assigned' } })
    expect(await getRecord(db, 'task', 't1')).toMatchObject({ state: 'cancelled' })
  })
})

describe('lists', () => {
  it('hold base and unsent together, filtered after the replay', async () => {
    await put('task', 't1', task, 'user:u1')
    await put('task', 't2', task, 'user:u1')
    await saveMutation(db, { name: 'task.return', args: { task_id: 't2', seen_state: 'assigned', reason: '地址不对' } })
    expect(await listRecords(db, 'task', { state: 'assigned' })).toMatchObject([{ id: 't1', unsent: false }])
    expect(await listRecords(db, 'task', (row) => row.return_reason !== null)).toMatchObject([{ id: 't2', unsent: true }])
  })

  it('are told again after every save', async () => {
    await put('hazard_item', 'i1', { code: 'fire', name: '消防通道堵塞', severity: 'serious' }, 'global')
    const seen: string[][] = []
    const subscription = liveQuery(async () => await listRecords(db, 'case')).subscribe((rows) => seen.push(rows.map(({ title }) => title)))
    await expect.poll(() => seen).toEqual([[]])
    await saveMutation(db, { name: 'hazard.report', args: { case_id: 'k1', item_code: 'fire', severity: null, house_id: null, grid_id: 'g1', note: null, address: null, position: null, photos: [] } })
    await expect.poll(() => seen[seen.length - 1]).toEqual(['消防通道堵塞'])
    subscription.unsubscribe()
  })
})

class Plain implements RecordView {
  readonly rows = new Map<string, unknown>()
  get<K extends RecordKind>(kind: K, id: string): (RecordMap[K] & { id: string }) | undefined { return this.rows.get(`${kind}:${id}`) as never }
  put(kind: RecordKind, row: { id: string }): void { this.rows.set(`${kind}:${row.id}`, row) }
}

describe('every mutation', () => {
  const photo = {
    photo_id: 'p1', sha256: 'a', bytes: 1, type: 'image/jpeg' as const, role: 'evidence' as const, item_code: 'A',
    captured_at: '', lng: null, lat: null, accuracy: null, thumb_sha256: null, thumb_bytes: null,
  }
  const patrol_id = 'p1'
  const paperArgs: MutationArgs['document.issue'] = {
    document_id: 'w0', kind: 'order', authority_id: 'u1', template_id: 't1', device_id: 'd1', number: 7, house_id: 'h1', inspection_id: null,
    issued_on: '2026-11-22', checked_on: '2026-11-22', deadline_on: '2026-12-01', place: 'x', findings: [], officers: [], signature: null,
    party: { name: '张三', id_masked: '', phone: '', address: '' },
  }
  const service = { manner: 'signed' as const, receiver: '张三', relation: '', signature: null, witness: '', witness_signature: null, note: '' }
  const all: { [N in MutationName]: MutationArgs[N] } = {
    'inspection.submit': inspection({ answers: [answer('A', 'fail')], case_ids: { A: 'k1' }, photos: [photo] }),
    'inspection.sign': { signature_id: 's1', inspection_id: 'i1', signer: 'tenant', name: '张三', refused: false, witness: null, photos: [photo] },
    'hazard.report': { case_id: 'k2', item_code: 'fire', severity: 'critical', house_id: 'h1', grid_id: null, note: null, address: null, position: null, photos: [photo] },
    'hazard.settle': { case_id: 'k4', item_code: 'fire', house_id: 'h1', grid_id: null, note: null, address: null, position: null, photos: [photo], done: '已清运' },
    'case.whistle': { case_id: 'k5', departments: ['d1', 'd2'], text: '请到场' },
    'hazard.urgent': { case_id: 'k3', text: '起火', position: null, photos: [photo] },
    'case.follow': { case_id: 'k3', text: '已灭', final: true, photos: [photo] },
    'finding.recheck': { recheck_id: 'r1', case_id: 'k1', passed: true, note: null, task_id: 't1', inspection_id: null, before_photo_id: null, position: null, photos: [photo] },
    'patrol.start': { patrol_id, kind: 'night', task_id: null, recording: true, position: null },
    'patrol.pause': { patrol_id }, 'patrol.resume': { patrol_id },
    'patrol.track': { patrol_id, seq: 3, started_at: '2026-11-22T01:00:00Z', points: [] },
    'patrol.finish': { patrol_id, note: null, distance_m: 900, segments: 4, photos: [photo] },
    'task.read': { task_id: 't1' }, 'task.accept': { task_id: 't1', seen_state: 'assigned' },
    'task.finish': { task_id: 't1', seen_state: 'accepted', text: null, position: null, photos: [photo], outcome: null },
    'task.return': { task_id: 't2', seen_state: 'assigned', reason: 'x' },
    'task.arrive': { task_id: 't1', seen_state: 'accepted', position: { lng: 121, lat: 32, accuracy: 5, at: '2026-11-22T02:00:00Z', source: 'gps' } },
    'task.extend': { task_id: 't1', seen_state: 'accepted', until: '2026-12-22', reason: 'x' },
    'visit.record': { attempt_id: 'a1', visit_id: 'v1', result: 'nobody', note: null, next_on: '2026-11-25', answers: null, position: null },
    'house.register': { house_id: 'h9', grid_id: 'g1', lng: 121, lat: 32, facts: factsOf(formOf({ address: 'x' })), rooms: [{ room_id: 'r9', name: '101', area_m2: 9, use: '卧室' }], not_same: [] },
    'house.correct': { house_id: 'h1', changes: { extinguishers: 3, floors: 9 }, seen: {}, rooms: [] },
    'house.event': { house_id: 'h1', kind: 'relet', on: '2026-11-22', left: ['o1'], note: null },
    'occupant.move_in': { occupant_id: 'o9', house_id: 'h1', room_id: null, name: '赵', id_masked: null, relation: '承租人', origin: '安徽', since: '2026-11-22' },
    'occupant.move_out': { house_id: 'h1', occupant_id: 'o1', until: '2026-11-22' },
    'document.lease': { block_id: 'b1', device_id: 'd1', authority_id: 'u1', kind: 'order', year: 2026 },
    'document.issue': paperArgs, 'document.serve': { ...service, document_id: 'w1' },
    'document.void': { document_id: 'w1', authority_id: 'u1', kind: 'order', year: 2026, device_id: 'd1', number: 7, reason: 'x' },
    'feedback.submit': { feedback_id: 'f1', text: 'x' },
    'rejected.resolve': { mutation_id: 'm1', resolution: 'discarded', reason: 'x', replaced_by: null },
  }
  const names = Object.keys(all) as MutationName[]
  const mutation = (name: MutationName): Mutation => ({ mutation_id: name, name, v: 1, captured_at: '2026-11-22T02:00:00Z', args: all[name] }) as Mutation
  const author = { id: 'u1', name: '张三' }
  const filled = (): Plain => {
    const view = new Plain()
    view.put('house', { id: 'h1', ...house })
    view.put('checklist', { id: 'c1', ...checklist })
    view.put('task', { id: 't1', ...task })
    view.put('task', { id: 't2', ...task })
    view.put('visit', { id: 'v1', ...visit })
    view.put('occupant', { id: 'o1', house_id: 'h1', room_id: null, name_masked: '李*', id_masked: null, relation: null, since: null, until: null, origin: null } as never)
    applyMutation(view, { mutation_id: 'm0', name: 'hazard.urgent', v: 1, captured_at: '', args: { ...all['hazard.urgent'], case_id: 'k5', photos: [] } }, author)
    view.rows.set('document:w1', { ...paperArgs, id: 'w1', state: 'issued', ended_reason: null })
    return view
  }

  it.each(names.filter((name) => !['rejected.resolve', 'document.lease'].includes(name)))('%s changes the view, and nothing more when replayed over its own effect', (name) => {
    const view = filled()
    if (name.startsWith('patrol.') && name !== 'patrol.start') applyMutation(view, mutation('patrol.start'), author)
    if (name === 'patrol.resume') applyMutation(view, mutation('patrol.pause'), author)
    const before = structuredClone(view.rows)
    applyMutation(view, mutation(name), author)
    const once = structuredClone(view.rows)
    expect(once).not.toEqual(before)
    applyMutation(view, mutation(name), author)
    expect(view.rows).toEqual(once)
  })

  it('shows at once who is called, and calls nobody twice', () => {
    const view: RecordView = filled()
    const called = () => view.get('case', 'k5')?.called?.map(({ department_id, state }) => [department_id, state])
    view.put('department', { id: 'd1', code: 'fire', name: '消防' })
    applyMutation(view, mutation('case.whistle'), author)
    expect(called()).toEqual([['d1', 'called'], ['d2', 'called']])
    const row = view.get('case', 'k5')
    if (row?.called?.[0]) view.put('case', { ...row, called: [{ ...row.called[0], state: 'done' }] })
    applyMutation(view, mutation('case.whistle'), author)
    expect(called()).toEqual([['d1', 'done'], ['d1', 'called'], ['d2', 'called']])
  })

  it('can be replayed over an empty base without inventing records of others', () => {
    const view = new Plain()
    for (const name of names) applyMutation(view, mutation(name), author)
    expect([...view.rows.keys()].filter((key) => /^(house|task|visit):/.test(key))).toEqual(['house:h9'])
  })
})
