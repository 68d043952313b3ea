/** What a worker can do: every `name@version` and its arguments (docs/sync-protocol.md, section 4). */
import type { DocumentIssue, DocumentLease, DocumentServe, DocumentVoid } from './document'
import type { PhotoRole, Position } from './geo'
import type { Answer, InspectionOutcome, Severity, Signer, VisitResult } from './records'

export type PatrolKind = 'day' | 'night' | 'joint'
export type PhotoType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/heic'

/** One line of a manifest: what will follow over tus (section 6). */
export interface PhotoManifest {
  photo_id: string
  sha256: string
  bytes: number
  type: PhotoType
  role: PhotoRole
  item_code?: string | null
  captured_at: string
  lng: number | null
  lat: number | null
  accuracy: number | null
  thumb_sha256: string | null
  thumb_bytes: number | null
  /** The photo that this one draws on. */
  drawing_of?: string | null
}

export interface InspectionSubmit {
  inspection_id: string
  house_id: string
  checklist_id: string
  task_id: string | null
  started_at: string
  outcome: InspectionOutcome
  answers: Answer[]
  note: string | null
  position: Position | null
  photos: PhotoManifest[]
  case_ids: Record<string, string>
}

/** Who signed for what was found, with the picture of it; or who refused to, before a witness. */
export interface InspectionSign {
  signature_id: string
  inspection_id: string
  signer: Signer
  name: string
  refused: boolean
  witness: string | null
  photos: PhotoManifest[]
}

/** What was seen, and where. */
interface HazardSeen {
  case_id: string
  item_code: string
  house_id: string | null
  grid_id: string | null
  note: string | null
  address: string | null
  position: Position | null
  photos: PhotoManifest[]
}

/** It is for others to deal with. */
export interface HazardReport extends HazardSeen {
  severity: Severity | null
}

/** It was settled on the spot (自办): what was done; some of the photos are of after. */
export interface HazardSettle extends HazardSeen {
  done: string
}

/** An emergency (紧急事件): one sentence; where and photos as far as there is time for them. */
export interface HazardUrgent {
  case_id: string
  text: string
  position: Position | null
  photos: PhotoManifest[]
}

/** A further (续报) or the final report (终报) of one's own urgent case. */
export interface CaseFollow {
  case_id: string
  text: string
  final: boolean
  photos: PhotoManifest[]
}

/** Calls departments to the spot of a case (吹哨). */
export interface CaseWhistle {
  case_id: string
  departments: string[]
  text: string
}

/** What is written down of a house (backend/houses/facts.py). */
export interface HouseFacts {
  address: string
  building_kind: string
  floors: number
  area_m2: number
  room_count: number
  bed_count: number
  extinguishers: number
  landlord_name: string
  landlord_phone: string
  agent_name: string
  agent_phone: string
  lease_since: string | null
  lease_until: string | null
}

export interface RoomFacts {
  room_id: string
  name: string
  area_m2: number
  use: string
}

/** `not_same`: houses nearby that its author says it is not. */
export interface HouseRegister {
  house_id: string
  grid_id: string
  lng: number
  lat: number
  facts: HouseFacts
  rooms: RoomFacts[]
  not_same: string[]
}

export type HousePatch = Partial<HouseFacts & { lng: number; lat: number }>

/** What is otherwise at the door, and what the author was shown of the same facts. */
export interface HouseCorrect {
  house_id: string
  changes: HousePatch
  seen: Record<string, string | number | null>
  rooms: RoomFacts[]
}

/** `left`: who lived there before it was let anew. */
export interface HouseHappened {
  house_id: string
  kind: 'relet' | 'split' | 'demolished'
  on: string
  left: string[]
  note: string | null
}

export interface MoveIn {
  occupant_id: string
  house_id: string
  room_id: string | null
  name: string
  id_masked: string | null
  relation: string
  origin: string
  since: string
}

export interface MoveOut {
  house_id: string
  occupant_id: string
  until: string
}

/** Somebody looked again whether a finding is mended; `case_id` is the case that it opened. */
export interface FindingRecheck {
  recheck_id: string
  case_id: string
  passed: boolean
  note: string | null
  task_id: string | null
  inspection_id: string | null
  before_photo_id: string | null
  position: Position | null
  photos: PhotoManifest[]
}

export interface PatrolStart {
  patrol_id: string
  kind: PatrolKind
  task_id: string | null
  recording: boolean
  position: Position | null
}

export interface PatrolRef {
  patrol_id: string
}

export interface PatrolFinish {
  patrol_id: string
  note: string | null
  distance_m: number
  segments: number
  photos: PhotoManifest[]
}

/** [dlng, dlat, dt, accuracy]: 1e-5 degrees, seconds, metres; the first absolute, the rest deltas. */
export type TrackPoint = [number, number, number, number]

export interface PatrolTrack {
  patrol_id: string
  seq: number
  started_at: string
  points: TrackPoint[]
}

export interface TaskRead {
  task_id: string
}

export interface TaskAccept {
  task_id: string
  seen_state: string
}

export interface TaskFinish {
  task_id: string
  seen_state: string
  text: string | null
  position: Position | null
  photos: PhotoManifest[]
  /** Of a task to verify: what was found; null of others. */
  outcome: string | null
  /** Of a task with a form, by the codes of its fields. */
  answers?: Record<string, string>
}

export interface TaskArrive {
  task_id: string
  seen_state: string
  position: Position
}

/** Asks the centre for time: until which day, at the hour of the deadline, and why. */
export interface TaskExtend {
  task_id: string
  seen_state: string
  until: string
  reason: string
}

/** What came of knocking at a door. */
export interface VisitRecord {
  attempt_id: string
  visit_id: string
  result: VisitResult
  note: string | null
  next_on: string | null
  answers: Record<string, string> | null
  position: Position | null
}

export interface TaskReturn {
  task_id: string
  seen_state: string
  reason: string
}

export interface FeedbackSubmit {
  feedback_id: string
  text: string
}

/** What the author made of a refusal; `reason` says why it was let go, `replaced_by` what was sent in its place. */
export interface RejectedResolve {
  mutation_id: string
  resolution: 'discarded' | 'sent_again'
  reason: string | null
  replaced_by: string | null
}

export interface MutationArgs {
  'inspection.submit': InspectionSubmit
  'inspection.sign': InspectionSign
  'hazard.report': HazardReport
  'hazard.settle': HazardSettle
  'hazard.urgent': HazardUrgent
  'case.follow': CaseFollow
  'case.whistle': CaseWhistle
  'house.register': HouseRegister
  'house.correct': HouseCorrect
  'house.event': HouseHappened
  'occupant.move_in': MoveIn
  'occupant.move_out': MoveOut
  'finding.recheck': FindingRecheck
  'patrol.start': PatrolStart
  'patrol.pause': PatrolRef
  'patrol.resume': PatrolRef
  'patrol.finish': PatrolFinish
  'patrol.track': PatrolTrack
  'task.read': TaskRead
  'task.accept': TaskAccept
  'task.finish': TaskFinish
  'task.return': TaskReturn
  'task.arrive': TaskArrive
  'task.extend': TaskExtend
  'visit.record': VisitRecord
  'document.lease': DocumentLease
  'document.issue': DocumentIssue
  'document.serve': DocumentServe
  'document.void': DocumentVoid
  'rejected.resolve': RejectedResolve
  'feedback.submit': FeedbackSubmit
}

export type MutationName = keyof MutationArgs

/** A mutation of any name, discriminated by `name`. */
export type Mutation = {
  [N in MutationName]: { mutation_id: string; name: N; v: number; captured_at: string; args: MutationArgs[N] }
}[MutationName]

/** The item of the list that an emergency is (backend/cases/data/hazard_items.csv). */
export const EMERGENCY = 'X01'

/** What goes before everything else that may wait. */
export const PRESSING: readonly MutationName[] = ['hazard.urgent', 'case.follow', 'case.whistle']

/** The manifest that a mutation carries; empty for those without photos. */
export function manifestOf(mutation: Pick<Mutation, 'args'>): PhotoManifest[] {
  return 'photos' in mutation.args ? mutation.args.photos : []
}
