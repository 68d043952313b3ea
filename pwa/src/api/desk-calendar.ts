/** The calendar by which deadlines count, as `/api/calendar` has it. */

export type DayKind = 'holiday' | 'workday'

/** A day that is not as its week has it. */
export interface NamedDay {
  day: string
  kind: DayKind
  name: string
}

/** `known` is false while no holiday of the year is entered; `weekdays` are those worked, 1 is Monday. */
export interface CalendarYear {
  year: number
  known: boolean
  source: string | null
  weekdays: number[]
  days: NamedDay[]
}
