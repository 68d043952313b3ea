/**
 * Deadlines by the working-day calendar, and when to come again: the same rules as backend/clock/rules.py and
 * backend/inspections/rules.py, held together by tests/vectors/due.json.
 */
import type { CalendarDay, ChecklistItem, InspectionOutcome, InspectionResult, Severity } from './records'
import { formatDate, toUtc } from './time'

const DAY_MS = 86_400_000
const SATURDAY = 6
const BY_SEVERITY: Record<Severity, string> = { critical: 'immediate', serious: '3wd', general: '7wd' }
const PASS_DAYS = 90
/** Nobody was seen: how many days until the next try. */
const AGAIN_DAYS = { nobody_home: 1, refused: 3, moved_away: 30 } as const

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

/** On which day the house is to be seen again; `dues` are the deadlines of what failed. */
export function comeAgain(
  outcome: InspectionOutcome, result: InspectionResult, at: string, dues: readonly string[],
): string {
  if (outcome !== 'inspected') return dayAfter(at, AGAIN_DAYS[outcome])
  const tomorrow = dayAfter(at, 1)
  if (result === 'pass') return dayAfter(at, PASS_DAYS)
  if (result === 'fail') return tomorrow
  const [first = tomorrow] = dues.map((due) => formatDate(due)).sort()
  return first < tomorrow ? tomorrow : first
}
