/** Times are UTC in records and Asia/Shanghai on screens; Shanghai has had no summer time since 1991. */
const ZONE = 'Asia/Shanghai'
const SHANGHAI_MS = 8 * 3_600_000

const formatters = new Map<string, Intl.DateTimeFormat>()

function parts(at: string | number | Date): Record<string, string> {
  const formatter =
    formatters.get(ZONE) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
    })
  formatters.set(ZONE, formatter)
  return Object.fromEntries(formatter.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
}

/** "2026-11-22" in Shanghai. */
export function formatDate(at: string | number | Date): string {
  const { year = '', month = '', day = '' } = parts(at)
  return `${year}-${month}-${day}`
}

/** "08:05" in Shanghai. */
export function formatTime(at: string | number | Date): string {
  const { hour = '', minute = '' } = parts(at)
  return `${hour}:${minute}`
}

/** "2026-11-22 08:05" in Shanghai. */
export function formatMinute(at: string | number | Date): string {
  return `${formatDate(at)} ${formatTime(at)}`
}

/** "11月22日星期日" in Shanghai. */
export function formatDay(at: string | number | Date, locale: string): string {
  const day = new Intl.DateTimeFormat(locale, { timeZone: ZONE, month: 'long', day: 'numeric', weekday: 'long' })
  return day.format(new Date(at))
}

/** "11-22 08:05" in Shanghai. */
export function formatShort(at: string | number | Date): string {
  const { month = '', day = '' } = parts(at)
  return `${month}-${day} ${formatTime(at)}`
}

/** "2026-11-22 08:05:09" in Shanghai, for watermarks. */
export function formatFull(at: string | number | Date): string {
  return `${formatDate(at)} ${formatTime(at)}:${parts(at).second ?? ''}`
}

/** Whole Shanghai days from `now` to the date ("2026-11-22") or instant: negative when past. */
export function daysUntil(due: string, now: number | Date = Date.now()): number {
  const instant = due.length === 10 ? Date.parse(`${due}T00:00:00+08:00`) : Date.parse(due)
  const day = (ms: number): number => Math.floor((ms + SHANGHAI_MS) / 86_400_000)
  return day(instant) - day(Number(now))
}

/** Whether a deadline (an instant, or a date that lasts until its evening) has passed. */
export function isOverdue(due: string | null, now: number | Date = Date.now()): boolean {
  if (due === null) return false
  return due.length === 10 ? daysUntil(due, now) < 0 : Date.parse(due) < Number(now)
}

/** RFC 3339 in UTC with milliseconds. */
export function toUtc(at: number | Date): string {
  return new Date(at).toISOString()
}
