import type { HouseState } from '../domain/records'
import type { CaseRow, Named } from './desk-records'

/** A figure as it is told: what is counted, of what. */
export interface Figure {
  code: string
  name: string
  name_en: string
  numerator: string
  numerator_en: string
  denominator: string
  denominator_en: string
  better: 'high' | 'low'
}

export interface FigureCounts {
  code: string
  numerator: number
  denominator: number
}

/** The figures of a group; the first row, without a key, is all together. */
export interface FigureRow {
  key: string
  name: string
  figures: FigureCounts[]
}

export interface Figures {
  figures: Figure[]
  rows: FigureRow[]
}

/** How many houses stand in each state, and how many visits came in. */
export interface Overview {
  houses: Partial<Record<HouseState, number>>
  visits: Record<'today' | 'month', number>
}

export type Owner = 'centre' | 'department' | 'grid'

/** At whose door late cases lie. */
export interface LateGroup {
  owner: Owner
  unit_id: string
  name: string
  count: number
  red: number
  since: string
}

export interface LateLine {
  action: string
  text: string | null
  at: string
  actor: Named | null
}

export interface LateCase extends CaseRow {
  late_since: string
  /** Of working time. */
  late_minutes: number
  mark: 'yellow' | 'red' | null
  step_began_at: string | null
  why: LateLine | null
  urged: LateLine | null
  times_urged: number
  can_urge: boolean
}
