/** What the centre offers to do with a case, and what was done meanwhile. */

export type CaseNeed =
  | 'text'
  | 'reason'
  | 'department'
  | 'departments'
  | 'until'
  | 'rating'
  | 'case'
  | 'photo'
  | 'position'
  | 'item'

/** What one may do with a case now; a need that ends in ? may be left out. */
export interface CaseAction {
  code: string
  name: string
  name_en: string
  needs: (CaseNeed | `${CaseNeed}?`)[]
}

/** What another department was called for: support, to come to the spot, an opinion. */
export interface CasePart {
  id: string
  kind: 'support' | 'whistle' | 'opinion'
  department: { id: string; name: string }
  state: 'called' | 'signed' | 'arrived' | 'returned' | 'done' | 'withdrawn'
  asked: string
  called_at: string
  due_at: string | null
  overdue: boolean
  late_at: string | null
  signed_at: string | null
  arrived_at: string | null
  accuracy: number | null
  distance_m: number | null
  result: string | null
  actions: CaseAction[]
}

/** Which report of an urgent case is due next. */
export interface NextReport {
  code: 'follow' | 'final'
  due_at: string
  overdue: boolean
}

/** What a case has of others: their parts, and the reports that an urgent one is owed. */
export interface JointWork {
  parts: CasePart[]
  next_report: NextReport | null
  /** 涉稳: whoever is not cleared does not know of it. */
  restricted: boolean
}

/** What somebody did to a case since it was looked at. */
export interface MeanwhileLine {
  action: string
  actor: string | null
  text: string
  at: string
}

/** A photo that was sent, as the step that it shows announces it; the server's to read. */
export interface PhotoLine {
  photo_id: string
  role?: 'evidence' | 'before' | 'after'
}
