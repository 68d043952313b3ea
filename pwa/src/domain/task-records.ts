/** Shapes of the synced records of field work: tasks and who shares them, campaigns and visits. */
import type { TaskKind, TaskState, Urgency } from './records'

export interface TaskReceipts {
  delivered_at: string | null
  read_at: string | null
  accepted_at: string | null
  finished_at: string | null
}

export type FieldKind = 'text' | 'number' | 'choice' | 'yes_no' | 'photo'

export interface FormField {
  code: string
  label: string
  label_en?: string
  kind: FieldKind
  required: boolean
  options: string[]
  options_en?: string[]
}

/** A small form that a task or a visit asks for; answers are text by the field's code. */
export interface TaskForm {
  name: string
  name_en?: string
  version: number
  fields: FormField[]
}

/** A worker of a joint task, and how far they have come. */
export interface Partner {
  id: string
  name: string
  state: TaskState
  arrived_at: string | null
}

/** The checklist by which a task wants its house inspected; whichever version is in force then. */
export interface AskedChecklist {
  code: string
  title: string
  title_en: string | null
}

/** What is optional here is missing from rows of before tasks had it. */
export interface Task {
  kind: TaskKind
  title: string
  text: string
  state: TaskState
  urgency: Urgency
  assignee_id: string | null
  created_by_name: string
  created_at: string
  due_at: string
  house_id: string | null
  house_address: string | null
  case_id: string | null
  case_number: string | null
  case_title: string | null
  place: string | null
  lng: number | null
  lat: number | null
  record_track: boolean
  receipts: TaskReceipts
  return_reason: string | null
  result_text: string | null
  for_grid?: boolean
  partners?: Partner[] | null
  arrived_at?: string | null
  asked_until?: string | null
  ask_reason?: string | null
  ask_state?: 'asked' | 'granted' | 'refused' | null
  ask_answer?: string | null
  form?: TaskForm | null
  answers?: Record<string, string> | null
  checklist?: AskedChecklist | null
}

/** A round of visits (敲门行动). */
export interface Campaign {
  name: string
  text: string
  starts_on: string
  ends_on: string
  form: TaskForm | null
  closed_at: string | null
}

export type VisitResult = 'met' | 'nobody' | 'refused'

/** A household of a campaign, and how things stand with it. */
export interface Visit {
  campaign_id: string
  grid_id: string
  house_id: string
  address: string
  lng: number | null
  lat: number | null
  state: 'open' | VisitResult
  attempts: number
  attempt_ids: string[]
  next_on: string | null
  note: string | null
  visited_at: string | null
  visited_by: string | null
}
