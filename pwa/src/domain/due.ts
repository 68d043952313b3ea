/**
 * Deadlines by the working-day calendar, and when to come again: the same rules as backend/clock/rules.py and
 * backend/inspections/rules.py, held together by tests/vectors/due.json.
 */
import type { CalendarDay, ChecklistItem, HouseState, InspectionOutcome, Severity } from './records'
import { formatDate, toUtc } from './time'

const DAY_MS = 86_400_000
const SATURDAY = 6
const BY_SEVERITY: Record<Severity, string> = { critical: 'immediate', serious: '3wd', general: '7wd' }
/** The numbers of backend/inspections/data/intervals.toml: how long a house rests, and when to try again. */
const LARGE = 10
const REST = { passed: 90, cleared: 30 }
const REST_LARGE = { passed: 45, cleared: 15 }
const AGAIN = { nobody_home: 1, refused: 3, moved_away: 30 }

/** Days that are worked or not, whatever their week says. */
export type Days = ReadonlyMap<string, boolean>

/** The calendar as the phone has it. */
export function daysOf(rows: readonly CalendarDay[]): Days {
  return new Map(rows.map(({ day, kind }) => [day, kind === 'workday']))
}

function isWorked(day: string, days: Days): boolean {
  const week = new Date(`${day}T00:00:00Z`).getUTCDay()
  return days.get(day) ?? (week > 0 && week < SATURDAY)
}

/** When what an item asks for must be done, if it was found at `since`: an instant in UTC. */
export function dueAt(since: string, deadline: ChecklistItem['deadline'], severity: Severity, days: Days): string {
  const span = /^(\d+)(w?)d$/.exec(deadline) ? deadline : deadline === 'immediate' ? deadline : BY_SEVERITY[severity]
  const [, count = '1', working = ''] = /^(\d+)(w?)d$/.exec(span) ?? []
  let at = Date.parse(since)
  for (let left = Number(count); left > 0;) {
    at += DAY_MS
    if (working === '' || isWorked(formatDate(at), days)) left -= 1
  }
  return toUtc(at)
}

/** The day ("2026-11-22") so many days after the day of a moment, in Shanghai. */
function dayAfter(at: string, count: number): string {
  return formatDate(Date.parse(at) + count * DAY_MS)
}

/** Whether so many rooms or beds make a house a greater risk. */
export function isLarge(rooms: number | null, beds: number | null): boolean {
  return Math.max(rooms ?? 0, beds ?? 0) >= LARGE
}

/** On which day a house that is in this state after a visit is to be seen again; `dues` are the deadlines of what is open. */
export function comeAgain(
  outcome: InspectionOutcome, state: HouseState, at: string, dues: readonly string[], large: boolean,
): string {
  if (outcome !== 'inspected') return dayAfter(at, AGAIN[outcome])
  const tomorrow = dayAfter(at, 1)
  if (state === 'rectify') {
    const [first = tomorrow] = dues.map((due) => formatDate(due)).sort()
    return first < tomorrow ? tomorrow : first
  }
  return state === 'passed' || state === 'cleared' ? dayAfter(at, (large ? REST_LARGE : REST)[state]) : tomorrow
}
