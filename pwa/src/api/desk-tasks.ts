/** What the desk's doors answer about tasks, campaigns and plans. */
import type { HouseState, TaskForm, TaskKind, TaskState, Urgency, VisitResult } from '../domain/records'
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
}

export interface Task extends TaskRow {
  history: { id: string; at: string; actor: Named | null; action: string; text: string | null }[]
  deliveries: { channel: string; state: string; at: string | null; attempts: number }[]
}

/** What POST /api/tasks takes; the client makes the id, so a repeated request makes no second task. */
export interface NewTask {
  id: string
  kind: TaskKind
  title: string
  text: string
  assignee_id?: string
  partner_ids?: string[]
  for_grid_id?: string
  form_id?: string
  house_id?: string
  case_id?: string
  position?: { lng: number; lat: number; accuracy: number | null; at: string; source: 'map' | 'house' }
  place?: string
  due_at: string
  urgency: Urgency
}

/** How many households stand where; `percent` is the share of those met of all. */
export interface Coverage {
  open: number
  met: number
  nobody: number
  refused: number
  total: number
  percent: number | null
}

export interface Campaign {
  id: string
  name: string
  text: string
  starts_on: string
  ends_on: string
  form: TaskForm | null
  created_at: string
  closed_at: string | null
  created_by: Named
  coverage: Coverage
}

export interface CampaignFile extends Campaign {
  villages: (Named & { coverage: Coverage })[]
  grids: (Named & { coverage: Coverage })[]
}

export interface NewCampaign {
  id: string
  name: string
  text: string
  starts_on: string
  ends_on: string
  grid_ids: string[]
  village_ids: string[]
  house_states: HouseState[]
  form_id: string | null
}

export interface Household {
  id: string
  house_id: string
  address: string
  state: 'open' | VisitResult
  attempts: number
  next_on: string | null
  note: string | null
  visited_at: string | null
  visited_by: string | null
  village: Named | null
  grid: Named | null
}

/** A worker on duty, how far off, and when that was known. */
export interface NearWorker {
  id: string
  name: string
  grids: Named[]
  metres: number
  seen_at: string
  open_tasks: number
}

export interface StoredForm {
  id: string
  name: string
  version: number
  fields: TaskForm['fields']
}

export interface Plan {
  id: string
  grid: Named
  assignee: Named | null
  kind: TaskKind
  title: string
  every: 'working_days' | 'weekdays' | 'month_day'
  count: number
  weekdays: number[] | null
  month_day: number | null
  minute: number
  hours: number
  house_states: HouseState[] | null
  starts_on: string
  ends_on: string | null
  paused: boolean
  coming: string[]
}
