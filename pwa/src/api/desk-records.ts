/** What the desk's REST answers carry: the shapes of `/api/*`, in the order of the screens that use them. */
import type { Feature, FeatureCollection, LineString, Point, Polygon, MultiPolygon } from 'geojson'
import type { CaseState, HouseEvent, HouseState, InspectionOutcome, InspectionResult, Severity, Verdict } from '../domain/records'
import type { CaseAction, JointWork } from './desk-acts'
import type { TaskRow } from './desk-tasks'

export interface Named {
  id: string
  name: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Session {
  user: { id: string; username: string; name: string; phone_masked: string | null }
  roles: {
    role: string
    org_unit_id: string
    org_unit_name: string
    department_id: string | null
    department_name: string | null
  }[]
  permissions: string[]
  csrf_token: string
  device_id: string
  home: { org_unit_id: string; name: string; kind: string } | null
  grids: { id: string; code: string; name: string }[]
  live_url: string | null
  /** By which a browser knows the pushes of this server. */
  vapid_public_key: string | null
  epoch: string
  server_now: string
  demo: boolean
}

export type ActivityKind = 'inspection' | 'hazard' | 'patrol'

/** What speaks against a photo as evidence: taken far from its house, or seen in another record before. */
export interface Doubt {
  kind: 'far' | 'twice'
  metres: number | null
}

/** Who signed under an inspection, or refused to before a witness. */
export interface Signature {
  id: string
  signer: 'landlord' | 'tenant' | 'other'
  name: string
  refused: boolean
  witness: string | null
  photo_id: string | null
  signed_at: string
}

export interface Photo {
  id: string
  item_code: string | null
  role: 'evidence' | 'before' | 'after' | 'overview' | 'drawing' | 'signature'
  captured_at: string
  arrived: boolean
  thumb: string | null
  original: string | null
  drawing_of: string | null
  doubts: Doubt[]
}

/**
 * One line of the inbox; `id` is the activity's own, `record_id` that of the inspection, case or patrol.
 * `title`, `detail` and `amount` are, of an inspection, its address, outcome and failed items; of a hazard, the
 * matter and the place; of a patrol, its kind, its note and the metres recorded.
 */
export interface Activity {
  id: string
  kind: ActivityKind
  record_id: string
  title: string
  detail: string
  amount: number
  worker: Named
  village: Named | null
  grid: Named | null
  state: string
  severity: Severity | null
  captured_at: string
  received_at: string
  lng: number | null
  lat: number | null
  photos: { total: number; arrived: number; first_thumb: string | null }
}

export interface HouseBrief {
  id: string
  address: string
  state: HouseState
  village: Named | null
  grid: Named | null
  lng: number | null
  lat: number | null
}

export interface ChecklistItem {
  code: string
  section: string
  section_en?: string | null
  text: string
  text_en: string | null
  answer: string
  severity: string
  unit?: string | null
}

export interface Checklist {
  id: string
  code: string
  version: number
  title: string
  title_en: string | null
  items: ChecklistItem[]
}

export interface Answer {
  code: string
  verdict: Verdict | null
  number: number | null
  text: string | null
  note: string | null
  severity: Severity | null
}

export interface Finding {
  code: string
  severity: Severity
  case: { id: string; number: string; title: string; state: CaseState } | null
}

/** An answer that cannot be right: to an item that was not asked, or a number that does not follow. */
export interface Oddity {
  code: string
  kind: 'hidden' | 'computed'
}

export interface Inspection {
  id: string
  oddities: Oddity[]
  house: HouseBrief
  checklist: Checklist
  outcome: InspectionOutcome
  result: InspectionResult
  answers: Answer[]
  findings: Finding[]
  signatures: Signature[]
  photos: Photo[]
  note: string | null
  worker: Named
  village: Named | null
  grid: Named | null
  position: { lng: number; lat: number; accuracy: number | null; source: string } | null
  task_id: string | null
  started_at: string | null
  captured_at: string
  received_at: string
  clock_suspect: boolean
}

export interface ThreadEntry {
  id: string
  at: string
  actor: Named | null
  action: string
  text: string | null
  photos: Photo[]
}

export interface CaseRow {
  id: string
  number: string
  title: string
  item_code: string
  source: 'inspection' | 'report'
  severity: Severity
  state: CaseState
  department: Named | null
  reporter: Named
  village: Named | null
  grid: Named | null
  address: string | null
  note: string | null
  lng: number | null
  lat: number | null
  reported_at: string
  due_at: string
  /** Who must act, and by when; null once the case has ended. */
  owner: 'centre' | 'department' | 'grid' | null
  step_due_at: string | null
  closed_at: string | null
  overdue: boolean
  supervised: boolean
  /** How many lines its thread has: who acts tells which version was looked at. */
  version: number
  urgent: boolean
}

export interface Case extends CaseRow, JointWork {
  house: HouseBrief | null
  actions: CaseAction[]
  inspection_id: string | null
  thread: ThreadEntry[]
  photos: Photo[]
  tasks: TaskRow[]
  /** 1 grid, 2 village, 3 township, 4 district. */
  level: number
  /** How long one may still take one's own last step back. */
  undo_seconds: number | null
}

export interface Patrol {
  id: string
  kind: 'day' | 'night' | 'joint'
  state: 'recording' | 'paused' | 'finished'
  recording: boolean
  worker: Named
  village: Named | null
  grid: Named | null
  started_at: string
  ended_at: string | null
  distance_m: number
  note: string | null
  photos: Photo[]
  track: FeatureCollection<LineString>
}

export interface HouseRow extends HouseBrief {
  code: string
  landlord_name: string | null
  last_inspected_at: string | null
  next_due_on: string | null
  occupant_count: number
  open_cases: number
}

/** A value that was seen at the door and does not stand on the house; told to who may decide. */
export interface HouseReview {
  id: string
  kind: 'change' | 'contested' | 'ended' | 'twin'
  field: string | null
  values: Partial<Record<'seen' | 'ours' | 'theirs', string | number | null>> & { on?: string; note?: string | null }
  other_id: string | null
  by_name: string
  captured_at: string
}

export type ReviewDecision = 'accept' | 'keep' | 'merge'

export interface House extends HouseRow {
  building_kind: string | null
  floors: number | null
  area_m2: number | null
  room_count: number | null
  bed_count: number | null
  extinguishers: number | null
  landlord_phone: string | null
  agent_name: string
  agent_phone: string
  lease_since: string | null
  lease_until: string | null
  matched: boolean
  ended_on: string | null
  ended_as: 'split' | 'demolished' | 'merged' | null
  merged_into_id: string | null
  reviews: HouseReview[]
  events: ({ id: string } & Omit<HouseEvent, 'house_id'>)[]
  rooms: { id: string; name: string; area_m2: number | null; use: string | null }[]
  occupants: {
    id: string
    room_id: string | null
    name_masked: string
    id_masked: string | null
    relation: string | null
    since: string | null
    until: string | null
    origin: string | null
  }[]
  inspections: {
    id: string
    captured_at: string
    inspector_name: string
    outcome: InspectionOutcome
    result: InspectionResult
    fail_count: number
  }[]
  cases: CaseRow[]
}

export interface Worker {
  id: string
  name: string
  kind: 'full_time' | 'part_time'
  grids: Named[]
  on_duty: boolean
  patrol_id: string | null
  last_seen: { lng: number; lat: number; at: string; source: string } | null
  last_sync_at: string | null
  open_tasks: number
}

export type { NewTask, Task, TaskRow } from './desk-tasks'

/** A complaint or suggestion about the app itself (投诉建议). */
export interface Feedback {
  id: string
  user: Named
  text: string
  captured_at: string
  received_at: string
}

/** A record that was refused or held; `captured_at` is by the phone's clock. */
export interface RefusalRow {
  id: string
  name: string
  subject: string | null
  verdict: 'rejected' | 'held'
  code: string
  detail: string
  worker: Named
  captured_at: string | null
  rejected_at: string
  resolution: 'accepted' | 'discarded' | 'sent_again' | null
  resolution_note: string | null
  resolved_by: Named | null
  resolved_at: string | null
}

/** With what it says: nobody has checked `args`, which may hold anything. */
export interface RefusedRecord extends RefusalRow {
  errors: { pointer: string; code: string; detail: string }[]
  args: Record<string, unknown>
  house: HouseBrief | null
  checklist: Checklist | null
  photos: Photo[]
  /** Refused records that it stands on. */
  needs: string[]
}

export interface RescuedRecord {
  mutation_id?: string
  name: string
  captured_at?: string | null
  known?: boolean
  verdict: 'ok' | 'ok_merged' | 'rejected' | 'held' | 'unreadable'
  code?: string
  message?: string
}

/** What became of a rescue file. */
export interface RescueReport {
  author: Named
  made_at: string
  records: RescuedRecord[]
  photos: Partial<Record<'stored' | 'known' | 'unannounced' | 'damaged', number>>
  drafts: number
}

export interface OrgUnit {
  id: string
  parent_id: string | null
  kind: string
  name: string
  stat_code: string | null
  grids: { id: string; code: string; name: string; kind: string; parent_id: string | null }[]
}

export type GridFeature = Feature<
  Polygon | MultiPolygon,
  { id: string; code: string; name: string; kind: string; village_id: string }
>

export interface TownMap {
  schematic: true
  bounds: [number, number, number, number]
  units: FeatureCollection<Polygon | MultiPolygon, { id: string; name: string; kind: string }>
  grids: { type: 'FeatureCollection'; features: GridFeature[] }
}

export type HousePoints = FeatureCollection<Point, { id: string; state: HouseState; address: string }>
export type CasePoints = FeatureCollection<
  Point,
  { id: string; number: string; title: string; severity: Severity; state: CaseState }
>

/** The live channel's `change` event: something of this kind is new or different. */
export interface LiveChange {
  kind: 'inspection' | 'case' | 'patrol' | 'task' | 'visit' | 'campaign' | 'house' | 'photo' | 'message' | 'refusal' | 'document'
  id: string
  org_path?: string
  at: string
}
