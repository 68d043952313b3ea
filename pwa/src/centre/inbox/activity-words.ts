import type { Activity } from '../../api/desk-records'
import { formatDistance } from '../../domain/geo'
import type { useWords } from '../parts/words'

type Words = Pick<ReturnType<typeof useWords>, 't' | 'word'>

/** What a line of the inbox is about: the house, the matter, or the kind of patrol. */
export function headline({ kind, title }: Activity, { word }: Words): string {
  return kind === 'patrol' ? word('patrol_kind', title) : title
}

/** What its state does not say yet: why nothing was inspected, how much failed, how far and where. */
export function summary({ kind, detail, amount }: Activity, { t, word }: Words): string {
  if (kind === 'inspection') {
    if (detail !== 'inspected') return word('outcome', detail)
    return amount > 0 ? t('centre.inbox.failed', { n: amount }, amount) : ''
  }
  return [kind === 'patrol' && amount > 0 && formatDistance(amount), detail].filter(Boolean).join(' · ')
}
