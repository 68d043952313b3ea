import { formatDate } from '../../domain/time'

const DAY_MS = 86_400_000

export interface Period {
  since: string
  until: string
}

export const PRESETS = ['week', 'month', 'last_month', 'quarter'] as const
export type Preset = (typeof PRESETS)[number] | 'today' | 'weeks'

const WEEKS = 12

/** The days of a period that ends today, or of the month before; all of them days in China. */
export function presetPeriod(preset: Preset, now: number): Period {
  const today = formatDate(now)
  const first = `${today.slice(0, 8)}01`
  if (preset === 'month') return { since: first, until: today }
  if (preset === 'last_month') {
    const until = daysBefore(first, 1)
    return { since: `${until.slice(0, 8)}01`, until }
  }
  if (preset === 'today') return { since: today, until: today }
  if (preset === 'weeks') return { since: mondaysUntil(today)[0] ?? today, until: today }
  return { since: daysBefore(today, preset === 'week' ? 6 : 89), until: today }
}

/** The Mondays of the twelve weeks of which the last holds this day. */
export function mondaysUntil(day: string): string[] {
  const weekday = (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7
  return Array.from({ length: WEEKS }, (_, at) => daysBefore(day, weekday + 7 * (WEEKS - 1 - at)))
}

function daysBefore(day: string, days: number): string {
  return formatDate(Date.parse(`${day}T12:00:00+08:00`) - days * DAY_MS)
}

/** A share in per cent with one decimal; a dash where there is nothing to take a share of. */
export function percent(numerator: number, denominator: number): string {
  return denominator === 0 ? '—' : `${((numerator / denominator) * 100).toFixed(1)} %`
}
