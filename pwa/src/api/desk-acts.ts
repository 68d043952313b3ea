/** What the centre offers to do with a case, and what was done meanwhile. */

export type CaseNeed = 'text' | 'reason' | 'department' | 'until' | 'rating' | 'case' | 'photo'

/** What one may do with a case now; a need that ends in ? may be left out. */
export interface CaseAction {
  code: string
  name: string
  name_en: string
  needs: (CaseNeed | `${CaseNeed}?`)[]
}

/** What somebody did to a case since it was looked at. */
export interface MeanwhileLine {
  action: string
  actor: string | null
  text: string
  at: string
}
