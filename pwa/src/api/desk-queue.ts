/** The dispatcher's queue, and what is done with many cases at once. */
import type { CaseRow, Named } from './desk-records'

/** An open case in the queue, with no more than a row shows; `urgency` 1 comes before 2. */
export type QueueRow = Pick<
  CaseRow,
  | 'id'
  | 'number'
  | 'title'
  | 'item_code'
  | 'source'
  | 'severity'
  | 'state'
  | 'department'
  | 'village'
  | 'grid'
  | 'address'
  | 'lng'
  | 'lat'
  | 'reported_at'
  | 'due_at'
  | 'supervised'
  | 'urgent'
  | 'version'
> & { owner: NonNullable<CaseRow['owner']>; step_due_at: string; urgency: number; open_parts: number; restricted: boolean; level: number }

export const views = ['mine', 'unassigned', 'asked', 'check', 'overdue', 'critical', 'open'] as const
export type View = (typeof views)[number]
export type QueueCounts = Record<View | 'matching', number>

/** A view that belongs to one's role, and how many cases stand in it. */
export interface Duty {
  view: 'mine' | 'sign' | 'handling' | 'due' | 'parts' | 'verify' | 'passed' | 'overdue' | 'critical' | 'open'
  count: number
}

export interface SavedFilter {
  id: string
  name: string
  query: Record<string, string>
  shared: boolean
  own: boolean
}

export interface BulkWanted {
  action: string
  dry_run: boolean
  given: Record<string, string>
  cases: { id: string; seen: number }[]
}

/** What the step makes of one case (`to`), or why it is refused. */
export interface BulkLine {
  id: string
  ok: boolean
  number?: string
  title?: string
  state?: string
  to?: string
  department?: string | null
  step_due_at?: string | null
  version?: number
  /** How long one may take the step back; null: it stands. */
  undo_seconds?: number | null
  detail?: string
  code?: string
}

export type PresenceMode = 'viewing' | 'editing'

export interface Present {
  user: Named
  mode: PresenceMode
}

/** The live channel's `presence` event; without a mode the person has closed the case. */
export interface PresenceNews {
  id: string
  user: Named
  mode: PresenceMode | null
}

/** What a case probably is, whose and until when, each with the reason; the best department first. */
export interface Suggestions {
  kind: { code: string; name: string; reason: string }
  departments: (Named & { reasons: string[] })[]
  deadline: { due_at: string; reason: string }
}
