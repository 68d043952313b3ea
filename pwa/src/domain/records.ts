/** Shapes of every synced record, as the server's feed sends them (docs/sync-protocol.md). */
import type { Authority, DocumentTemplate, Enforcer, NumberBlock, PaperDocument } from './document'
import type { GeoPolygon, PhotoRole } from './geo'
import type { PatrolKind } from './mutations'
import type { Campaign, Task, Visit } from './task-records'

export type Severity = 'general' | 'serious' | 'critical'
export type ItemSeverity = Severity | 'computed' | 'chosen_on_site'
export type Verdict = 'pass' | 'fail' | 'na'
export type AnswerKind =
  | 'pass_fail_na'
  | 'number'
  | 'text'
  | 'number+pass_fail_na'
  | 'text+pass_fail_na'
export type Prefill = 'occupants' | 'persons_per_room' | 'area_per_person' | 'rooms' | 'extinguishers'
export type InspectionOutcome = 'inspected' | 'nobody_home' | 'refused' | 'moved_away'
export type InspectionResult = 'pass' | 'rectify' | 'fail' | 'none'
export type HouseState = 'unchecked' | 'passed' | 'rectify' | 'failed' | 'cleared'
/** In the order of the life of a case (backend/cases/data/states.csv). */
export type CaseState =
  | 'reported'
  | 'accepted'
  | 'verifying'
  | 'filed'
  | 'dispatched'
  | 'ruling'
  | 'in_progress'
  | 'extending'
  | 'suspending'
  | 'suspended'
  | 'awaiting_check'
  | 'checked'
  | 'closed'
  | 'archived'
  | 'declined'
  | 'voided'
  | 'merged'
/** `offered`: to all workers of its grid, until one accepts it. */
export type TaskState = 'offered' | 'assigned' | 'accepted' | 'done' | 'returned' | 'cancelled'
export type TaskKind = 'recheck' | 'inspect' | 'verify' | 'patrol' | 'visit' | 'strike_off' | 'other'
export type Urgency = 'normal' | 'urgent'
export type Signer = 'landlord' | 'tenant' | 'other'
export type PhotoOwner = 'inspection' | 'case' | 'task' | 'patrol'

export interface ChecklistItem {
  code: string
  section: string
  section_en?: string
  text: string
  text_en: string
  answer: AnswerKind
  severity: ItemSeverity
  lead_department: string
  other_departments: string[]
  deadline: '7wd' | '3wd' | '15d' | 'immediate' | 'by_severity' | ''
  photo_on_fail: 'required' | 'optional'
  visibility: 'normal' | 'restricted'
  basis: string
  min?: number | null
  max?: number | null
  unit?: string | null
  prefill?: Prefill | null
  /** When it is asked, and how its number follows (expressions.ts). */
  show_if?: string | null
  formula?: string | null
  /** The id of its help picture. */
  picture?: string | null
}

/** A help picture of an item, as a data URL. */
export interface ChecklistPicture {
  data: string
}

export interface Checklist {
  code: string
  version: number
  title: string
  title_en: string
  items: ChecklistItem[]
  state: 'published' | 'retired'
}

export interface HazardItem {
  code: string
  class_name: string
  class_name_en: string
  name: string
  name_en: string
  icon: string
  severity: Severity
  lead_department: string
  deadline: string
  sort: number
  /** What must be shown, and in how many photos; rows of old have neither. */
  evidence?: string
  photos_min?: number
  /** A worker may settle it on the spot (自办). */
  settles?: boolean
}

export interface Department {
  code: string
  name: string
}

export interface TaskKindSetting {
  kind: string
  name: string
  name_en: string
  record_track: boolean
  record_reason: string | null
  photo_required: boolean
}

export interface Grid {
  code: string
  name: string
  kind: string
  parent_id: string | null
  village_name: string
  geometry: GeoPolygon
  schematic: boolean
}

export interface House {
  code: string
  address: string
  village_name: string
  grid_id: string
  micro_grid_id: string | null
  lng: number | null
  lat: number | null
  building_kind: string
  floors: number | null
  area_m2: number | null
  room_count: number | null
  bed_count: number | null
  extinguishers: number | null
  landlord_name: string | null
  landlord_phone: string | null
  state: HouseState
  last_inspected_at: string | null
  next_due_on: string | null
  occupant_count: number
  open_cases: number
  /** Rows of an older server have none of what follows. */
  token?: string
  agent_name?: string
  agent_phone?: string
  lease_since?: string | null
  lease_until?: string | null
  /** Whether its address is one of the standard addresses. */
  matched?: boolean
  /** Facts about which the centre has yet to decide. */
  pending?: string[]
}

export type HouseEventKind =
  | 'registered' | 'registered_again' | 'imported' | 'corrected' | 'moved_in' | 'moved_out'
  | 'relet' | 'split' | 'demolished' | 'merged' | 'decided' | 'matched'

/** What happened to a house; `facts` are before and after. */
export interface HouseEvent {
  house_id: string
  kind: HouseEventKind
  at: string
  by_name: string
  detail: { facts?: Record<string, [string | number | null, string | number | null]>; waiting?: string[]; name?: string; on?: string; note?: string | null }
}

export interface Room {
  house_id: string
  name: string
  area_m2: number | null
  use: string
}

export interface Occupant {
  house_id: string
  room_id: string | null
  name_masked: string
  id_masked: string | null
  relation: string | null
  since: string | null
  until: string | null
  origin: string | null
}

/** As a phone makes it; one that comes back from the centre has its empty parts left out. */
export interface Answer {
  code: string
  verdict: Verdict | null
  number: number | null
  text: string | null
  note: string | null
  severity: Severity | null
}

export interface Inspection {
  house_id: string
  checklist_id: string
  inspector_id: string
  inspector_name: string
  captured_at: string
  outcome: InspectionOutcome
  result: InspectionResult
  fail_count: number
  answers: Answer[]
  note: string | null
  task_id: string | null
}

/** A department that was called for support or to the spot (吹哨), and who of it came. */
export interface Called {
  department_id: string
  department: string
  kind: 'support' | 'whistle'
  state: 'called' | 'signed' | 'arrived' | 'returned' | 'done' | 'withdrawn'
  due_at: string | null
  arrived_at: string | null
  arrived_by: string | null
}

/** A hazard; `number` is null until the server has given one. */
export interface Case {
  number: string | null
  house_id: string | null
  source: 'inspection' | 'report'
  inspection_id: string | null
  item_code: string
  title: string
  severity: Severity
  state: CaseState
  department_name: string | null
  note: string | null
  lng: number | null
  lat: number | null
  address: string | null
  reporter_id: string
  reporter_name: string
  reported_at: string
  due_at: string | null
  closed_at: string | null
  grid_id: string | null
  /** Rows of old have neither; `restricted` ones (涉稳) are on their author's phone alone. */
  restricted?: boolean
  called?: Called[]
}

export interface Photo {
  owner_kind: PhotoOwner
  owner_id: string
  item_code: string | null
  sha256: string
  bytes: number
  type: string
  role: PhotoRole
  captured_at: string
  arrived: boolean
  thumb_sha256: string | null
  /** The photo that this one draws on. */
  drawing_of?: string | null
}

export interface Patrol {
  kind: PatrolKind
  task_id: string | null
  state: 'recording' | 'paused' | 'finished'
  recording: boolean
  started_at: string
  ended_at: string | null
  distance_m: number
  segments: number
}

export interface Notice {
  code: string
  title: string
  text: string
  mutation_id: string | null
  created_at: string
  /** Where it leads, and when it was read; rows of an older server have neither. */
  url?: string | null
  read_at?: string | null
}

/** Lives only in the view, until the server has it: the server keeps complaints to itself. */
export interface Feedback {
  text: string
  created_at: string
}

/** A day that differs from its week: a holiday, or one worked in its place (调休). */
export interface CalendarDay {
  day: string
  kind: 'holiday' | 'workday'
  name: string
}

/** That somebody signed under an inspection, or refused to before a witness; names are masked. */
export interface Signature {
  inspection_id: string
  signer: Signer
  name: string
  refused: boolean
  witness: string | null
  photo_id: string | null
  signed_at: string
}

export interface RecordMap {
  calendar_day: CalendarDay
  checklist: Checklist
  checklist_picture: ChecklistPicture
  hazard_item: HazardItem
  department: Department
  task_kind: TaskKindSetting
  grid: Grid
  house: House
  house_event: HouseEvent
  room: Room
  occupant: Occupant
  inspection: Inspection
  signature: Signature
  case: Case
  photo: Photo
  task: Task
  campaign: Campaign
  visit: Visit
  patrol: Patrol
  notice: Notice
  feedback: Feedback
  authority: Authority
  enforcer: Enforcer
  document_template: DocumentTemplate
  number_block: NumberBlock
  document: PaperDocument
}

export type RecordKind = keyof RecordMap
export type Row<K extends RecordKind> = RecordMap[K] & { id: string }

export * from './mutations'
export * from './task-records'
