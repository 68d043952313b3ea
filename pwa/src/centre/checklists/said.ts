import { deadlineWords } from '../items/deadline'
import { useWords } from '../parts/words'
import type { Field } from './compare'

const GROUPS: Partial<Record<Field, string>> = {
  answer: 'answers', severity: 'severities', photo_on_fail: 'photos', visibility: 'seen', prefill: 'prefills',
}

/** Says a field's value in words; what has no words is said as it is. */
export function useSaid() {
  const { t } = useWords()
  return (field: Field, value: string): string => {
    const group = GROUPS[field]
    if (value === '') return t('centre.checklists.none')
    if (field === 'deadline') return deadlineWords(value, t)
    return group ? t(`centre.checklists.${group}.${value}`) : value
  }
}
