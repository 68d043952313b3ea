const MINUTE = 60_000

export interface Age {
  unit: 'now' | 'minutes' | 'hours' | 'days'
  n: number
}

/** How long ago an instant was, in the largest whole unit; a future one (a fast clock) counts as now. */
export function ageOf(at: string, now: number): Age {
  const minutes = Math.floor((now - Date.parse(at)) / MINUTE)
  if (minutes < 1) return { unit: 'now', n: 0 }
  if (minutes < 60) return { unit: 'minutes', n: minutes }
  if (minutes < 48 * 60) return { unit: 'hours', n: Math.floor(minutes / 60) }
  return { unit: 'days', n: Math.floor(minutes / (24 * 60)) }
}
