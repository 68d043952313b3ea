/** A day of a worker, as the app's own code puts it together: every mutation, right ones and wrong ones. */
import { readFileSync } from 'node:fs'

import type { GridfieldDb } from '../../src/db/open'
import { newId } from '../../src/domain/ids'
import type { InspectionSubmit, MutationName } from '../../src/domain/mutations'
import type { ChecklistItem, Row } from '../../src/domain/records'
import { newReport, reportMutation } from '../../src/field/hazards/report'
import { answersOf, newWork, passOpen, submitArgs, type PhotosByItem } from '../../src/field/inspections/work'
import { factsOf, formOf } from '../../src/field/houses/house-work'
import { maskedIdentity } from '../../src/field/houses/people'
import { finishTask } from '../../src/field/tasks/finish-task'
import { saveMutation } from '../../src/sync/save'
import { TrackRecorder } from '../../src/sync/track-recorder'
import { shoot } from '../sync/phone'

/** The ids of tests/golden/town.py. */
const known = (tail: string): string => `01990000-0000-7000-8000-0000000000${tail}`
export const GRID = known('01')
const HOUSE = known('02')
const [FIRST, SECOND] = [known('10'), known('11')]
export const TASKS = [FIRST, SECOND]
const VISIT = known('20')
const DEPARTMENT = known('30')
const FACTS = { house: { occupant_count: 2, room_count: 4, area_m2: 120, extinguishers: 2 } }
const HERE = { lng: 121.095, lat: 32.005, accuracy: 8, at: '2026-11-22T02:00:00.000Z', source: 'gps' as const }

interface Checklist { id: string; items: ChecklistItem[] }
const checklist = JSON.parse(readFileSync('../tests/golden/checklist.json', 'utf8')) as Checklist

/** A name that is missing here does not compile: every mutation has its recording. */
const deeds: Record<MutationName, (db: GridfieldDb) => Promise<unknown>> = {
  'inspection.submit': async (db) => {
    await inspect(db)
    await inspect(db, { failed: 'D01' })
    await inspect(db, { failed: 'D01', photo: false })
    await inspect(db, { house: newId() })
    await inspect(db, { outcome: 'nobody_home' })
  },
  'inspection.sign': async (db) => {
    const args = { inspection_id: (await inspect(db, { failed: 'D01', drawn: true })).inspection_id, signer: 'landlord' as const, name: '王建国' }
    const signed = { refused: false, witness: null, photos: [await shoot(db, 300, { role: 'signature' })] }
    await saveMutation(db, { name: 'inspection.sign', args: { ...args, ...signed, signature_id: newId() } })
    const refused = { ...args, signer: 'tenant' as const, refused: true, photos: [] }
    await saveMutation(db, { name: 'inspection.sign', args: { ...refused, witness: '李四', signature_id: newId() } })
    await saveMutation(db, { name: 'inspection.sign', args: { ...refused, witness: null, signature_id: newId() } })
  },
  'hazard.report': async (db) => {
    await report(db, 'P01')
    await report(db, 'no-such-item')
  },
  'hazard.settle': async (db) => {
    await report(db, 'U01', '已清运')
    await report(db, 'P01', '已拆除')
  },
  'case.whistle': async (db) => {
    const case_id = await report(db, 'P01')
    const args = { case_id, departments: [DEPARTMENT], text: '请到场处置' }
    await saveMutation(db, { name: 'case.whistle', args })
    await saveMutation(db, { name: 'case.whistle', args })
    await saveMutation(db, { name: 'case.whistle', args: { ...args, departments: [newId()] } })
    await saveMutation(db, { name: 'case.whistle', args: { ...args, case_id: newId() } })
  },
  'hazard.urgent': async (db) => {
    const case_id = newId()
    const photos = [await shoot(db, 400)]
    const urgent = await saveMutation(db, { name: 'hazard.urgent', args: { case_id, text: '三楼起火', position: HERE, photos } })
    const follow = { case_id, text: '明火已扑灭', final: false, photos: [] }
    await saveMutation(db, { name: 'case.follow', args: follow, deps: [urgent] })
    await saveMutation(db, { name: 'case.follow', args: { ...follow, final: true, text: '无人伤亡' }, deps: [urgent] })
    await saveMutation(db, { name: 'case.follow', args: { ...follow, case_id: newId() } })
  },
  'case.follow': () => Promise.resolve(), // belongs to an emergency
  'house.register': async (db) => {
    const house_id = newId()
    const form = { ...formOf(), address: '录制路9号', building_kind: '自建房', floors: '3', area_m2: '180', room_count: '5', bed_count: '6', landlord_name: '王新房', lease_since: '2026-01-01' }
    const rooms = [{ room_id: newId(), name: '101', area_m2: 12.5, use: '卧室' }]
    const args = { house_id, grid_id: GRID, lng: 121.098, lat: 32.008, facts: factsOf(form), rooms, not_same: [] }
    const registered = await saveMutation(db, { name: 'house.register', args })
    await saveMutation(db, { name: 'house.register', args: { ...args, house_id: newId(), rooms: [] } })
    await saveMutation(db, { name: 'house.register', args: { ...args, house_id: newId(), rooms: [], grid_id: newId() } })
    const told = { house_id, changes: { extinguishers: 4, landlord_name: '李新房' }, seen: { extinguishers: 0, landlord_name: '王**' }, rooms: [] }
    await saveMutation(db, { name: 'house.correct', args: told, deps: [registered] })
    const person = { occupant_id: newId(), house_id, room_id: null, name: '赵租客', id_masked: maskedIdentity('320612199001011234'), relation: '承租人', origin: '安徽', since: '2026-02-01' }
    await saveMutation(db, { name: 'occupant.move_in', args: person, deps: [registered] })
    await saveMutation(db, { name: 'occupant.move_in', args: { ...person, occupant_id: newId(), id_masked: '320612199001011234' } })
    await saveMutation(db, { name: 'occupant.move_out', args: { house_id, occupant_id: person.occupant_id, until: '2026-03-01' } })
    const happened = { house_id, kind: 'relet' as const, on: '2026-03-02', left: [], note: null }
    await saveMutation(db, { name: 'house.event', args: happened, deps: [registered] })
    await saveMutation(db, { name: 'house.event', args: { ...happened, kind: 'demolished' as const, note: '已拆' }, deps: [registered] })
  },
  'house.correct': () => Promise.resolve(), // these four belong to one house
  'house.event': () => Promise.resolve(),
  'occupant.move_in': () => Promise.resolve(),
  'occupant.move_out': () => Promise.resolve(),
  'finding.recheck': async (db) => {
    const { case_ids } = await inspect(db, { failed: 'D01' })
    const case_id = case_ids.D01 ?? ''
    const nothing = { task_id: null, inspection_id: null, before_photo_id: null }
    const failed = { recheck_id: newId(), case_id, passed: false, note: '还没有改', position: HERE, photos: [], ...nothing }
    await saveMutation(db, { name: 'finding.recheck', args: failed })
    const photos = [await shoot(db, 700)]
    await saveMutation(db, { name: 'finding.recheck', args: { ...failed, recheck_id: newId(), passed: true, note: null, photos } })
    await saveMutation(db, { name: 'finding.recheck', args: { ...failed, recheck_id: newId(), case_id: newId() } })
  },
  'patrol.start': async (db) => {
    const patrol_id = newId()
    const args = { patrol_id, kind: 'night' as const, task_id: null, recording: true, position: HERE }
    const start = await saveMutation(db, { name: 'patrol.start', args })
    await walk(db, patrol_id)
    await saveMutation(db, { name: 'patrol.pause', args: { patrol_id }, deps: [start] })
    await saveMutation(db, { name: 'patrol.resume', args: { patrol_id }, deps: [start] })
    const { distance_m, segments } = (await TrackRecorder.open(db, patrol_id)).summary
    const photos = [await shoot(db, 900)]
    await saveMutation(db, { name: 'patrol.finish', args: { patrol_id, note: '正常', distance_m, segments, photos }, deps: [start] })
  },
  'patrol.track': () => Promise.resolve(), // these five belong to one walk
  'patrol.pause': () => Promise.resolve(),
  'patrol.resume': () => Promise.resolve(),
  'patrol.finish': () => Promise.resolve(),
  'task.read': (db) => saveMutation(db, { name: 'task.read', args: { task_id: FIRST } }),
  'task.accept': (db) => saveMutation(db, { name: 'task.accept', args: { task_id: FIRST, seen_state: 'assigned' } }),
  'task.arrive': (db) => saveMutation(db, { name: 'task.arrive', args: { task_id: FIRST, seen_state: 'accepted', position: HERE } }),
  'task.extend': async (db) => {
    const args = { task_id: FIRST, seen_state: 'accepted', until: '2090-01-01', reason: '房东外出' }
    await saveMutation(db, { name: 'task.extend', args })
    await saveMutation(db, { name: 'task.extend', args: { ...args, until: '2020-01-01' } })
  },
  'visit.record': async (db) => {
    const args = { attempt_id: newId(), visit_id: VISIT, note: null, answers: null, position: HERE }
    await saveMutation(db, { name: 'visit.record', args: { ...args, result: 'nobody' as const, next_on: '2026-11-25' } })
    const met = { attempt_id: newId(), result: 'met' as const, note: '已宣传', next_on: null, answers: { people: '3' } }
    await saveMutation(db, { name: 'visit.record', args: { ...args, ...met } })
    await saveMutation(db, { name: 'visit.record', args: { ...args, ...met, attempt_id: newId(), visit_id: newId() } })
  },
  'task.finish': async (db) => {
    const task = { id: FIRST, state: 'accepted' } as Row<'task'>
    await finishTask(db, task, { text: '飞线已拆除', position: HERE, photos: [await shoot(db, 700, { owner_kind: 'task' })] })
  },
  'task.return': async (db) => {
    await saveMutation(db, { name: 'task.return', args: { task_id: SECOND, seen_state: 'assigned', reason: '不在我的网格' } })
    await saveMutation(db, { name: 'task.return', args: { task_id: newId(), seen_state: 'assigned', reason: '没有这个任务' } })
  },
  'feedback.submit': async (db) => {
    await saveMutation(db, { name: 'feedback.submit', args: { feedback_id: newId(), text: '字太小 👓' } })
    const refused = await saveMutation(db, { name: 'feedback.submit', args: { feedback_id: newId(), text: '' } })
    await saveMutation(db, { name: 'feedback.submit', args: { feedback_id: newId(), text: '接上条' }, deps: [refused] })
    await saveMutation(db, { name: 'feedback.submit', v: 9, args: { feedback_id: newId(), text: '来自以后的版本' } })
    const wrongClock = { captured_at: '2036-11-22T02:00:00.000Z', args: { feedback_id: newId(), text: '时钟不对' } }
    await saveMutation(db, { name: 'feedback.submit', ...wrongClock })
  },
  'document.lease': async (db) => {
    const of = { authority_id: known('32'), kind: 'advice' as const }
    const series = { ...of, year: 2026 }
    const device_id = newId()
    await saveMutation(db, { name: 'document.lease', args: { ...series, block_id: newId(), device_id } })
    const document_id = newId()
    const day = '2026-11-22'
    const signature = [[10, 10, 200, 150]]
    const issue = {
      ...of, document_id, template_id: known('31'), device_id, number: 1, house_id: HOUSE, inspection_id: null, issued_on: day,
      checked_on: day, deadline_on: '2026-12-01', place: '村路 1 号', signature: null,
      party: { name: '张三', id_masked: '3206**********1234', phone: '', address: '' },
      findings: [{ item_code: 'D01', text: '堵塞通道', basis: '', correction: '清除' }],
      officers: [{ enforcer_id: newId(), signature: null }],
    }
    await saveMutation(db, { name: 'document.issue', args: issue })
    const service = { manner: 'signed' as const, receiver: '张三', relation: '', signature, witness: '', witness_signature: null, note: '' }
    await saveMutation(db, { name: 'document.serve', args: { ...service, document_id } })
    await saveMutation(db, { name: 'document.void', args: { ...series, document_id: null, device_id, number: 2, reason: '写错了' } })
  },
  'document.issue': () => Promise.resolve(), // belong to a lease
  'document.serve': () => Promise.resolve(),
  'document.void': () => Promise.resolve(),
  'rejected.resolve': async (db) => {
    const mutation_id = await saveMutation(db, { name: 'feedback.submit', args: { feedback_id: newId(), text: '' } })
    const args = { mutation_id, resolution: 'discarded' as const, reason: '写错了', replaced_by: null }
    await saveMutation(db, { name: 'rejected.resolve', args })
    const again = { ...args, resolution: 'sent_again' as const, reason: null, replaced_by: newId() }
    await saveMutation(db, { name: 'rejected.resolve', args: again })
  },
}

/** Does all of it. */
export async function wholeDay(db: GridfieldDb): Promise<void> {
  for (const deed of Object.values(deeds)) await deed(db)
}

interface Visit { failed?: string; photo?: boolean; drawn?: boolean; house?: string; outcome?: 'inspected' | 'nobody_home' }

async function inspect(db: GridfieldDb, visit: Visit = {}): Promise<InspectionSubmit> {
  const { failed, photo = true, drawn = false, house = HOUSE, outcome = 'inspected' } = visit
  const work = { ...newWork(house, checklist.id, null), outcome, note: '房东在场' }
  const answers = answersOf(checklist.items, passOpen(checklist.items, {}, FACTS))
  for (const { code, answer } of checklist.items) if (answer === 'number' && answers[code]) answers[code].number ??= 2
  const photos: PhotosByItem = {}
  if (failed !== undefined) {
    Object.assign(answers[failed] ?? {}, { verdict: 'fail', note: '通道堵塞' })
    const shots = photo ? [await shoot(db, 800, { item_code: failed })] : []
    const drawing_of = shots[0]?.photo_id
    if (drawn && drawing_of) shots.push(await shoot(db, 700, { item_code: failed, role: 'drawing', drawing_of }))
    photos[failed] = shots
  }
  const args = submitArgs(work, checklist.items, answers, photos, HERE)
  await saveMutation(db, { name: 'inspection.submit', args })
  return args
}

/** Settled on the spot where it says what was done. */
async function report(db: GridfieldDb, item_code: string, done: string | null = null): Promise<string> {
  const second = await shoot(db, 500)
  const photos = [await shoot(db, 600), done === null ? second : { ...second, role: 'after' as const }]
  const work = { ...newReport(null), item_code, note: '二楼过道', done }
  await saveMutation(db, reportMutation(work, photos, HERE, GRID, { photos_min: 1, settles: true }))
  return work.case_id
}

async function walk(db: GridfieldDb, patrolId: string): Promise<void> {
  const track = await TrackRecorder.open(db, patrolId)
  const began = Date.now() - 60_000
  for (let i = 0; i < 6; i++) await track.add({ lng: 121.095 + i * 1e-4, lat: 32.005, at: began + i * 10_000, accuracy: 8 })
  await track.close()
}
