/** What the phone keeps of people: never a whole identity number. */
import { formatDate } from '../../domain/time'

/** The number with its middle hidden; null when it is none. */
export function maskedIdentity(text: string): string | null {
  const number = text.trim().toUpperCase()
  return /^[0-9A-Z]{6,18}$/.test(number) ? `${number.slice(0, 3)}${'*'.repeat(number.length - 5)}${number.slice(-2)}` : null
}

/** The day it is now in China: 2026-11-22. */
export function today(now: number | Date = Date.now()): string {
  return formatDate(now)
}
