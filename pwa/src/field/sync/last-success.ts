import { formatDate, formatShort, formatTime } from '../../domain/time'

/** "14:05" today, "11-21 14:05" before, or that it never happened. */
export function lastSuccessWords(
  at: number | null,
  t: (key: string, named: Record<string, unknown>) => string,
): string {
  if (at === null) return t('field.sync.never', {})
  const today = formatDate(at) === formatDate(Date.now())
  return t('field.sync.last', { time: today ? formatTime(at) : formatShort(at) })
}
