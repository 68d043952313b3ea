import type { DeadRow } from '../../db/schema'

interface Words {
  t: (key: string) => string
  te: (key: string) => boolean
}

/** Why it was refused. The server's own words come first: they are Chinese and say it best. */
export function reasonOf({ message, code, verdict }: DeadRow, { t, te }: Words): string {
  if (verdict === 'held') return t('field.attention.held')
  const key = `field.attention.reasons.${code}`
  return message || t(te(key) ? key : 'field.attention.reasons.other')
}

/** What the worker can do about it, in one sentence. */
export function adviceOf({ code, verdict }: DeadRow, { t, te }: Words): string {
  if (verdict === 'held') return t('field.attention.held_text')
  const key = `field.attention.advice.${code}`
  return t(te(key) ? key : 'field.attention.advice.other')
}
