import type { CalendarYear, DayKind } from '../../api/desk-calendar'

const DAY_MS = 86_400_000
const WEEK = 7

/** A day on the sheet; `kind` is null where it is as its week has it, whose own word is `byWeek`. */
export interface SheetDay {
  date: string
  number: number
  kind: DayKind | null
  name: string
  byWeek: boolean
  worked: boolean
}

export type Week = (SheetDay | null)[]

/** Days of one name in a row, such as the seven of the National Day. */
export interface Stretch {
  from: number
  to: number
  name: string
}

/** The date so many days later: "2026-12-31" and 1 are "2027-01-01". */
export function daysLater(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

/** 1 is Monday. */
export function weekdayOf(date: string): number {
  return (new Date(date).getUTCDay() + WEEK - 1) % WEEK + 1
}

/** The days of a month (from 1), each as the calendar has it. */
export function daysOf(calendar: CalendarYear, month: number): SheetDay[] {
  const first = `${String(calendar.year)}-${String(month).padStart(2, '0')}-01`
  const length = new Date(Date.UTC(calendar.year, month, 0)).getUTCDate()
  const named = new Map(calendar.days.map((day) => [day.day, day]))
  return Array.from({ length }, (_, index) => {
    const date = daysLater(first, index)
    const byWeek = calendar.weekdays.includes(weekdayOf(date))
    const { kind = null, name = '' } = named.get(date) ?? {}
    return { date, number: index + 1, kind, name, byWeek, worked: kind === null ? byWeek : kind === 'workday' }
  })
}

/** A month's days in weeks from Monday on, with nothing where another month stands. */
export function weeksOf(days: SheetDay[]): Week[] {
  const before = days[0] ? weekdayOf(days[0].date) - 1 : 0
  const cells: Week = [...Array<null>(before).fill(null), ...days]
  while (cells.length % WEEK > 0) cells.push(null)
  return Array.from({ length: cells.length / WEEK }, (_, week) => cells.slice(week * WEEK, (week + 1) * WEEK))
}

/** The named days of a month, those of one name in a row together. */
export function stretchesOf(days: SheetDay[]): Stretch[] {
  const found: Stretch[] = []
  for (const { number, name } of days.filter(({ kind }) => kind !== null)) {
    const last = found.at(-1)
    if (last?.name === name && last.to === number - 1) last.to = number
    else found.push({ from: number, to: number, name })
  }
  return found
}
