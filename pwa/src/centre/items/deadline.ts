import type { Values } from '../../i18n/words'

const UNITS: Record<string, string> = { wd: 'workdays', d: 'days', wh: 'workhours', h: 'hours' }

const NAMED = new Set(['immediate', 'by_severity'])

/** A time of the list of matters in words: `3wd` is three working days. */
export function deadlineWords(deadline: string, t: (key: string, values?: Values) => string): string {
  const [, n, unit] = /^(\d+)(wd|d|wh|h)$/.exec(deadline) ?? []
  const key = unit && UNITS[unit]
  if (NAMED.has(deadline)) return t(`centre.items.${deadline}`)
  if (!n || !key) return deadline
  return t(`centre.items.${key}`, { n: Number(n) })
}
