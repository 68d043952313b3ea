/** What a mutation does to what the worker sees, before the server has answered: pure and repeatable. */
import { caseTitle, failedItems, houseStateAfter, result, severityOf } from '../domain/checklist'
import type { PaperDocument } from '../domain/document'
import { EMERGENCY, type Mutation, type PhotoManifest } from '../domain/mutations'
import type { Called, ChecklistItem, PhotoOwner, RecordKind, RecordMap, Row, Task } from '../domain/records'
import { transition, type TaskCommand } from '../domain/task'
import { formatDate, formatTime, toUtc } from '../domain/time'
import { correctHouse, houseHappened, moveIn, moveOut, registerHouse } from './apply-houses'

/** Records as far as a replay needs them: reads fall through to the base, writes stay above it. */
export interface RecordView {
  get<K extends RecordKind>(kind: K, id: string): Row<K> | undefined
  put<K extends RecordKind>(kind: K, row: Row<K>): void
}

/** Whose phone it is. */
export interface Author {
  id: string
  name: string
}

type Of<N extends Mutation['name']> = Extract<Mutation, { name: N }>

function putPhotos(view: RecordView, kind: PhotoOwner, ownerId: string, photos: readonly PhotoManifest[]): void {
  for (const { photo_id, sha256, bytes, type, role, item_code = null, captured_at, thumb_sha256, drawing_of = null } of photos) {
    if (view.get('photo', photo_id)) continue
    view.put('photo', {
      id: photo_id, owner_kind: kind, owner_id: ownerId, item_code, sha256, bytes, type, role, captured_at,
      arrived: false, thumb_sha256, drawing_of,
    })
  }
}

function changeHouse(view: RecordView, id: string | null, change: (house: Row<'house'>) => Row<'house'>): void {
  const house = id === null ? undefined : view.get('house', id)
  if (house) view.put('house', change(house))
}

function caseOfItem(view: RecordView, { args, captured_at }: Of<'inspection.submit'>, item: ChecklistItem, by: Author): Row<'case'> | null {
  const id = args.case_ids[item.code]
  if (id === undefined || view.get('case', id)) return null
  const house = view.get('house', args.house_id)
  const answer = args.answers.find(({ code }) => code === item.code)
  return {
    id, number: null, house_id: args.house_id, source: 'inspection', inspection_id: args.inspection_id,
    item_code: item.code, title: caseTitle(item, answer),
    severity: severityOf(item, answer), state: 'reported', department_name: null, note: answer?.note ?? null,
    lng: house?.lng ?? null, lat: house?.lat ?? null, address: house?.address ?? null, reporter_id: by.id,
    reporter_name: by.name, reported_at: captured_at, due_at: null, closed_at: null, grid_id: house?.grid_id ?? null,
  }
}

function applyInspection(view: RecordView, mutation: Of<'inspection.submit'>, by: Author): void {
  const { args, captured_at } = mutation
  putPhotos(view, 'inspection', args.inspection_id, args.photos)
  endAsked(view, mutation)
  // The server's own row is better than a guess, and a house must not count its hazards twice.
  if (view.get('inspection', args.inspection_id)) return
  const items = view.get('checklist', args.checklist_id)?.items ?? []
  const restricted = new Set(items.filter((item) => item.visibility === 'restricted').map(({ code }) => code))
  const failed = args.outcome === 'inspected' ? failedItems(items, args.answers) : []
  const outcome = result(args.outcome, items, args.answers)
  const { inspection_id, house_id, checklist_id, note, task_id } = args
  view.put('inspection', {
    id: inspection_id, house_id, checklist_id, inspector_id: by.id, inspector_name: by.name, captured_at,
    outcome: args.outcome, result: outcome, fail_count: failed.length,
    answers: args.answers.filter(({ code }) => !restricted.has(code)), note, task_id,
  })
  const cases = failed.flatMap((item) => caseOfItem(view, mutation, item, by) ?? [])
  for (const row of cases) view.put('case', row)
  const open = cases.filter(({ item_code }) => !restricted.has(item_code)).length
  changeHouse(view, house_id, (house) => ({
    ...house, state: houseStateAfter(house.state, outcome), open_cases: house.open_cases + open,
    last_inspected_at: args.outcome === 'inspected' ? captured_at : house.last_inspected_at,
  }))
}

/** The task that asked for this inspection by its checklist is done with it. */
function endAsked(view: RecordView, { args, captured_at }: Of<'inspection.submit'>): void {
  if (args.task_id === null || args.outcome !== 'inspected') return
  const task = view.get('task', args.task_id)
  const code = view.get('checklist', args.checklist_id)?.code
  if (!task?.checklist || task.checklist.code !== code || task.house_id !== args.house_id) return
  changeTask(view, args.task_id, 'finish', ({ receipts }) => finished(receipts, args.note, captured_at))
}

function signInspection(view: RecordView, { args, captured_at }: Of<'inspection.sign'>): void {
  putPhotos(view, 'inspection', args.inspection_id, args.photos)
  if (view.get('signature', args.signature_id)) return
  const { inspection_id, signer, name, refused, witness } = args
  view.put('signature', {
    id: args.signature_id, inspection_id, signer, name, refused, witness, photo_id: args.photos[0]?.photo_id ?? null,
    signed_at: captured_at,
  })
}

function applyHazard(view: RecordView, { name, args, captured_at }: Of<'hazard.report'> | Of<'hazard.settle'>, by: Author): void {
  putPhotos(view, 'case', args.case_id, args.photos)
  if (view.get('case', args.case_id)) return
  const item = view.get('hazard_item', args.item_code)
  const house = args.house_id === null ? undefined : view.get('house', args.house_id)
  view.put('case', {
    id: args.case_id, number: null, house_id: args.house_id, source: 'report', inspection_id: null,
    item_code: args.item_code, title: item?.name ?? args.item_code, severity: ('severity' in args ? args.severity : null) ?? item?.severity ?? 'general',
    state: name === 'hazard.settle' ? 'awaiting_check' : 'reported', department_name: null, note: args.note, lng: args.position?.lng ?? house?.lng ?? null,
    lat: args.position?.lat ?? house?.lat ?? null, address: args.address ?? house?.address ?? null, reporter_id: by.id,
    reporter_name: by.name, reported_at: captured_at, due_at: null, closed_at: null,
    grid_id: args.grid_id ?? house?.grid_id ?? null,
  })
  changeHouse(view, args.house_id, (row) => ({ ...row, open_cases: row.open_cases + 1 }))
}

function applyUrgent(view: RecordView, { args, captured_at }: Of<'hazard.urgent'>, by: Author): void {
  putPhotos(view, 'case', args.case_id, args.photos)
  if (view.get('case', args.case_id)) return
  view.put('case', {
    id: args.case_id, number: null, house_id: null, source: 'report', inspection_id: null, item_code: EMERGENCY,
    title: view.get('hazard_item', EMERGENCY)?.name ?? '紧急事件', severity: 'critical', state: 'reported', department_name: null,
    note: args.text, lng: args.position?.lng ?? null, lat: args.position?.lat ?? null, address: null, reporter_id: by.id,
    reporter_name: by.name, reported_at: captured_at, due_at: null, closed_at: null, grid_id: null,
  })
}

function whistle(view: RecordView, { args }: Of<'case.whistle'>): void {
  const hazard = view.get('case', args.case_id)
  if (!hazard) return
  const called = hazard.called ?? []
  const known = called.filter(({ kind, state }) => kind === 'whistle' && !['done', 'withdrawn'].includes(state)).map(({ department_id }) => department_id)
  const fresh = args.departments.filter((id) => !known.includes(id)).map((id): Called => ({
    department_id: id, department: view.get('department', id)?.name ?? '', kind: 'whistle', state: 'called', due_at: null,
    arrived_at: null, arrived_by: null,
  }))
  view.put('case', { ...hazard, called: [...called, ...fresh] })
}

function startPatrol(view: RecordView, { args, captured_at }: Of<'patrol.start'>): void {
  if (view.get('patrol', args.patrol_id)) return
  view.put('patrol', {
    id: args.patrol_id, kind: args.kind, task_id: args.task_id, state: 'recording', recording: args.recording,
    started_at: captured_at, ended_at: null, distance_m: 0, segments: 0,
  })
}

function changePatrol(view: RecordView, id: string, change: Partial<RecordMap['patrol']>): void {
  const patrol = view.get('patrol', id)
  if (patrol && patrol.state !== 'finished') view.put('patrol', { ...patrol, ...change })
}

function finishPatrol(view: RecordView, { args, captured_at }: Of<'patrol.finish'>): void {
  putPhotos(view, 'patrol', args.patrol_id, args.photos)
  const { distance_m, segments } = args
  changePatrol(view, args.patrol_id, { state: 'finished', ended_at: captured_at, distance_m, segments })
}

function addSegment(view: RecordView, { args }: Of<'patrol.track'>): void {
  const patrol = view.get('patrol', args.patrol_id)
  if (patrol) view.put('patrol', { ...patrol, segments: Math.max(patrol.segments, args.seq + 1) })
}

function changeTask(view: RecordView, id: string, command: TaskCommand, change: (task: Row<'task'>) => Partial<Task>): void {
  const task = view.get('task', id)
  const state = task ? transition(task.state, command) : null
  if (task && state !== null && state !== task.state) view.put('task', { ...task, ...change(task), state })
}

function readTask(view: RecordView, { args, captured_at }: Of<'task.read'>): void {
  const task = view.get('task', args.task_id)
  if (task?.receipts.read_at !== null) return
  view.put('task', { ...task, receipts: { ...task.receipts, read_at: captured_at } })
}

function arriveAtTask(view: RecordView, { args, captured_at }: Of<'task.arrive'>, by: Author): void {
  const task = view.get('task', args.task_id)
  if (!task || task.arrived_at) return
  const partners = task.partners?.map((one) => (one.id === by.id ? { ...one, arrived_at: captured_at } : one)) ?? null
  view.put('task', { ...task, arrived_at: captured_at, partners })
}

function askForTime(view: RecordView, { args }: Of<'task.extend'>): void {
  const task = view.get('task', args.task_id)
  // What the centre has answered meanwhile stands.
  if (!task || (task.asked_until && formatDate(task.asked_until) === args.until)) return
  const asked_until = toUtc(Date.parse(`${args.until}T${formatTime(task.due_at)}:00+08:00`))
  view.put('task', { ...task, ask_state: 'asked', asked_until, ask_reason: args.reason, ask_answer: null })
}

function recordVisit(view: RecordView, { args, captured_at }: Of<'visit.record'>, by: Author): void {
  const visit = view.get('visit', args.visit_id)
  if (!visit || visit.attempt_ids.includes(args.attempt_id)) return
  const attempt_ids = [...visit.attempt_ids, args.attempt_id]
  const counted = { ...visit, attempt_ids, attempts: attempt_ids.length }
  const { result, note, next_on } = args
  const told = { state: result, note, next_on: result === 'met' ? null : next_on, visited_at: captured_at, visited_by: by.name }
  view.put('visit', visit.state === 'met' && result !== 'met' ? counted : { ...counted, ...told })
}

function finishTask(view: RecordView, { args, captured_at }: Of<'task.finish'>): void {
  putPhotos(view, 'task', args.task_id, args.photos)
  changeTask(view, args.task_id, 'finish', ({ receipts }) => ({
    ...finished(receipts, args.text, captured_at),
    answers: args.answers ?? null,
  }))
}

function finished(receipts: Task['receipts'], result_text: string | null, at: string): Pick<Task, 'result_text' | 'receipts'> {
  return { result_text, receipts: { ...receipts, accepted_at: receipts.accepted_at ?? at, finished_at: at } }
}

function issuePaper(view: RecordView, { args: { document_id: id, ...paper }, captured_at }: Of<'document.issue'>): void {
  if (view.get('document', id)) return
  view.put('document', { ...paper, id, captured_at, state: 'issued', served_at: null, service: null, ended_reason: null })
}

function changePaper(view: RecordView, id: string | null, change: Partial<PaperDocument>): void {
  const paper = id === null ? undefined : view.get('document', id)
  // How it was handed over first stands, and so does its end.
  if (paper?.ended_reason === null && paper.state !== change.state) view.put('document', { ...paper, ...change })
}

function applyRecheck(view: RecordView, { args, captured_at }: Of<'finding.recheck'>): void {
  putPhotos(view, 'case', args.case_id, args.photos)
  const found = view.get('case', args.case_id)
  if (found && args.passed && !found.closed_at) view.put('case', { ...found, state: 'closed', closed_at: captured_at })
  if (args.task_id !== null) changeTask(view, args.task_id, 'finish', () => ({ result_text: args.note }))
}

/** Replays one mutation over the view; doing it twice, or over its own effect, changes nothing more. */
export function applyMutation(view: RecordView, mutation: Mutation, by: Author): void {
  switch (mutation.name) {
    case 'inspection.submit': applyInspection(view, mutation, by); return
    case 'inspection.sign': signInspection(view, mutation); return
    case 'hazard.report':
    case 'hazard.settle': applyHazard(view, mutation, by); return
    case 'hazard.urgent': applyUrgent(view, mutation, by); return
    case 'case.follow': putPhotos(view, 'case', mutation.args.case_id, mutation.args.photos); return
    case 'case.whistle': whistle(view, mutation); return
    case 'house.register': registerHouse(view, mutation); return
    case 'house.correct': correctHouse(view, mutation); return
    case 'house.event': houseHappened(view, mutation); return
    case 'occupant.move_in': moveIn(view, mutation); return
    case 'occupant.move_out': moveOut(view, mutation); return
    case 'finding.recheck': applyRecheck(view, mutation); return
    case 'patrol.start': startPatrol(view, mutation); return
    case 'patrol.pause': changePatrol(view, mutation.args.patrol_id, { state: 'paused' }); return
    case 'patrol.resume': changePatrol(view, mutation.args.patrol_id, { state: 'recording' }); return
    case 'patrol.finish': finishPatrol(view, mutation); return
    case 'patrol.track': addSegment(view, mutation); return
    case 'task.read': readTask(view, mutation); return
    case 'task.accept':
      changeTask(view, mutation.args.task_id, 'accept', ({ receipts }) => ({
        assignee_id: by.id,
        receipts: { ...receipts, accepted_at: mutation.captured_at },
      }))
      return
    case 'task.finish': finishTask(view, mutation); return
    case 'task.arrive': arriveAtTask(view, mutation, by); return
    case 'task.extend': askForTime(view, mutation); return
    case 'visit.record': recordVisit(view, mutation, by); return
    case 'task.return': {
      const { reason } = mutation.args
      changeTask(view, mutation.args.task_id, 'return', () => ({ return_reason: reason }))
      return
    }
    case 'document.issue': issuePaper(view, mutation); return
    case 'document.serve': changePaper(view, mutation.args.document_id, { state: 'served', service: mutation.args, served_at: mutation.captured_at }); return
    case 'document.void': changePaper(view, mutation.args.document_id, { state: 'void', ended_reason: mutation.args.reason }); return
    case 'document.lease': // numbers are the server's to give
    case 'rejected.resolve': return // no record of the base: the dead letter itself is settled on the phone
    case 'feedback.submit':
      view.put('feedback', {
        id: mutation.args.feedback_id, text: mutation.args.text, created_at: mutation.captured_at,
      })
  }
}

type Key = readonly [RecordKind, string]

/** The base records that a replay of the mutation reads or changes. */
export function touchedBy(mutation: Mutation): Key[] {
  const photos = 'photos' in mutation.args ? mutation.args.photos : []
  const keys: Key[] = photos.map(({ photo_id }) => ['photo', photo_id])
  switch (mutation.name) {
    case 'inspection.submit': {
      const { inspection_id, house_id, checklist_id, case_ids, task_id } = mutation.args
      const cases = Object.values(case_ids).map((id): Key => ['case', id])
      const task: Key[] = task_id === null ? [] : [['task', task_id]]
      return [...keys, ...cases, ...task, ['inspection', inspection_id], ['house', house_id], ['checklist', checklist_id]]
    }
    case 'inspection.sign': return [...keys, ['signature', mutation.args.signature_id]]
    case 'hazard.report':
    case 'hazard.settle': {
      const { case_id, item_code, house_id } = mutation.args
      const house: Key[] = house_id === null ? [] : [['house', house_id]]
      return [...keys, ...house, ['case', case_id], ['hazard_item', item_code]]
    }
    case 'hazard.urgent': return [...keys, ['case', mutation.args.case_id], ['hazard_item', EMERGENCY]]
    case 'case.whistle': {
      const { case_id, departments } = mutation.args
      return [['case', case_id], ...departments.map((id): Key => ['department', id])]
    }
    case 'finding.recheck': {
      const { case_id, task_id } = mutation.args
      return task_id === null ? [...keys, ['case', case_id]] : [...keys, ['case', case_id], ['task', task_id]]
    }
    case 'case.follow':
    case 'rejected.resolve':
    case 'feedback.submit': return keys
    case 'visit.record': return [['visit', mutation.args.visit_id]]
    case 'house.register':
    case 'house.correct': {
      const { house_id, rooms } = mutation.args
      const grid: Key[] = 'grid_id' in mutation.args ? [['grid', mutation.args.grid_id]] : []
      return [['house', house_id], ...rooms.map(({ room_id }): Key => ['room', room_id]), ...grid]
    }
    case 'house.event': return [['house', mutation.args.house_id], ...mutation.args.left.map((id): Key => ['occupant', id])]
    case 'occupant.move_in':
    case 'occupant.move_out': return [['house', mutation.args.house_id], ['occupant', mutation.args.occupant_id]]
    case 'document.lease': return keys
    case 'document.issue':
    case 'document.serve':
    case 'document.void': return [['document', mutation.args.document_id ?? '']]
    default: {
      const { args } = mutation
      return 'patrol_id' in args ? [...keys, ['patrol', args.patrol_id]] : [...keys, ['task', args.task_id]]
    }
  }
}
