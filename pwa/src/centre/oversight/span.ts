const HOUR = 60
const DAY = 6.5 * HOUR // the office hours of a working day

export interface Span {
  unit: 'minutes' | 'hours' | 'days'
  n: number
}

/** Working time in the largest unit of which there is one at least. */
export function spanOf(minutes: number): Span {
  if (minutes < HOUR) return { unit: 'minutes', n: minutes }
  if (minutes < DAY) return { unit: 'hours', n: Math.floor(minutes / HOUR) }
  return { unit: 'days', n: Math.floor(minutes / DAY) }
}
