import { useI18n } from '../../i18n'
import type { House } from '../../domain/records'
import { dueInDays } from './house-order'

/** Says in the worker's language when the house is due: late, today, in so many days. */
export function useDueWords(): (house: House) => string {
  const { t } = useI18n()
  return (house) => {
    const days = dueInDays(house)
    if (days === null) return house.state === 'unchecked' ? t('field.houses.due.never') : ''
    if (days < 0) return t('field.houses.due.late', { n: -days }, -days)
    if (days === 0) return t('field.houses.due.today')
    return t('field.houses.due.in', { n: days }, days)
  }
}
