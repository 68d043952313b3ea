/** What the desk's doors answer about tasks. */
import type { InspectionOutcome, InspectionResult, TaskForm, TaskKind, TaskState, Urgency } from '../domain/records'
import type { AskedChecklist } from '../domain/task-records'
import type { Sent } from './desk-messages'
import type { Named, Photo } from './desk-records'

export interface TaskRow {
  id: string
  kind: TaskKind
  title: string
  text: string
  state: TaskState
  urgency: Urgency
  /** Nobody's while it is on offer to its grid. */
  assignee: Named | null
  for_grid: boolean
  grid_id: string | null
  partners: { id: string; name: string; state: TaskState; arrived_at: string | null }[] | null
  created_by: Named
  created_at: string
  due_at: string
  overdue: boolean
  house: { id: string; address: string } | null
  case: { id: string; number: string; title: string } | null
  place: string | null
  lng: number | null
  lat: number | null
  record_track: boolean
  receipts: {
    delivered_at: string | null
    read_at: string | null
    accepted_at: string | null
    finished_at: string | null
  }
  result: { text: string | null; photos: Photo[] } | null
  return_reason: string | null
  arrived_at: string | null
  arrived_m: number | null
  ask: { state: 'asked' | 'granted' | 'refused'; until: string; reason: string; answer: string | null } | null
  form: TaskForm | null
  answers: Record<string, string> | null
  checklist: AskedChecklist | null
}

/** An inspection that was made for a task, and by which version of which checklist. */
export interface TaskInspection {
  id: string
  outcome: InspectionOutcome
  result: InspectionResult
  fail_count: number
  captured_at: string
  inspector_name: string
  title: string
  title_en: string
  version: number
}

/** How a message about a task fared on one channel. */
export interface TaskDelivery extends Sent {
  code: string
  title: string
  person: Named
  queued_at: string
  accepted_at: string | null
}

export interface Task extends TaskRow {
  history: { id: string; at: string; actor: Named | null; action: string; text: string | null }[]
  deliveries: TaskDelivery[]
  inspections: TaskInspection[]
}

/** A worker on duty, how far off (straight), and how old that is. */
export interface Near {
  id: string
  name: string
  metres: number
  seen_at: string
  open_tasks: number
}

/** A form that a task or a visit may ask for, in its newest version. */
export type KeptForm = TaskForm & {
  id: string
  org_unit_id: string
  /** Whether one may change it. */
  mine: boolean
}

/** What POST /api/task-forms takes: a form of a name that there is becomes its next version. */
export type NewForm = Omit<TaskForm, 'version'> & { org_unit_id: string }

/** What POST /api/tasks takes; the client makes the id, so a repeated request makes no second task. */
export interface NewTask {
  id: string
  kind: TaskKind
  title: string
  text: string
  assignee_id?: string
  partner_ids?: string[]
  departments?: string[]
  for_grid_id?: string
  form_id?: string
  checklist_id?: string
  house_id?: string
  case_id?: string
  position?: { lng: number; lat: number; accuracy: number | null; at: string; source: 'map' | 'house' }
  place?: string
  due_at: string
  urgency: Urgency
}
