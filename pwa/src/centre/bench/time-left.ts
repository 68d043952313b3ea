/** How much of a step's time is left, in the largest unit that says enough; negative when it is over. */
export interface TimeLeft {
  unit: 'minutes' | 'hours' | 'days'
  n: number
  over: boolean
  tone: 'good' | 'warn' | 'bad'
}

const MINUTE = 60_000
const SOON_MINUTES = 120

/** Red when it is over, yellow in the last two hours, green before. */
export function timeLeft(due: string, now: number): TimeLeft {
  const minutes = Math.floor((Date.parse(due) - now) / MINUTE)
  const over = minutes < 0
  const length = over ? -minutes : minutes
  const tone = over ? 'bad' : minutes < SOON_MINUTES ? 'warn' : 'good'
  if (length < 60) return { unit: 'minutes', n: length, over, tone }
  if (length < 48 * 60) return { unit: 'hours', n: Math.floor(length / 60), over, tone }
  return { unit: 'days', n: Math.floor(length / (24 * 60)), over, tone }
}
