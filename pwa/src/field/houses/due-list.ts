/** The due houses by when and by state or risk, and which of them make up the day's walk. */
import type { LngLat } from '../../domain/geo'
import type { House, HouseState, Row } from '../../domain/records'
import { walkingOrder } from '../../domain/walking'
import { dueInDays } from './house-order'

/** More houses than these nobody sees in a day. */
export const MOST_A_DAY = 30
export const WHENS = ['late', 'today', 'week'] as const
export const WHICH = ['failed', 'rectify', 'hazards', 'unchecked', 'passed', 'cleared'] as const

export type When = 'all' | (typeof WHENS)[number]
/** A state, or those in which a hazard is open. */
export type Which = 'all' | (typeof WHICH)[number]

/** When a due house is due; one that was never planned is due today. */
export function whenDue(house: House, now: number | Date = Date.now()): Exclude<When, 'all'> {
  const days = dueInDays(house, now) ?? 0
  if (days < 0) return 'late'
  return days === 0 ? 'today' : 'week'
}

export function isWhich(house: House, which: Which): boolean {
  if (which === 'all') return true
  return which === 'hazards' ? house.open_cases > 0 : house.state === (which satisfies HouseState)
}

/** Of the due houses, in their order, those that are asked for. */
export function asAsked<T extends House>(due: readonly T[], when: When, which: Which, now: number | Date = Date.now()): T[] {
  return due.filter((house) => (when === 'all' || whenDue(house, now) === when) && isWhich(house, which))
}

type Placed = Row<'house'> & LngLat

export interface DayWalk {
  /** In walking order. */
  placed: Placed[]
  /** Whose place nobody knows: where they stand in the walk cannot be said. */
  unplaced: Row<'house'>[]
  /** Houses of today that are left for another day. */
  left: number
}

const isPlaced = (house: Row<'house'>): house is Placed => house.lng !== null && house.lat !== null

/** The walk through the houses that are late or due today, the first of the given ones; what is due later in the week can wait. */
export function dayWalk(due: readonly Row<'house'>[], here: LngLat | null, now: number | Date = Date.now()): DayWalk {
  const today = due.filter((house) => whenDue(house, now) !== 'week')
  const chosen = today.slice(0, MOST_A_DAY)
  return {
    placed: walkingOrder(here, chosen.filter(isPlaced)),
    unplaced: chosen.filter((house) => !isPlaced(house)),
    left: today.length - chosen.length,
  }
}
