import { computed } from 'vue'
import { useI18n } from '../../i18n'
import { notMet } from '../../domain/checklist'
import type { Case } from '../../domain/records'
import { itemText } from '../inspections/item-text'
import { useRecords } from '../session/use-records'

/** The title of a hazard in the worker's language; what somebody wrote stays as written. */
export function useCaseTitle(): (hazard: Case) => string {
  const { t, locale } = useI18n()
  const checklists = useRecords('checklist')
  const kinds = useRecords('hazard_item')
  const items = computed(() => (checklists.value ?? []).flatMap((list) => list.items))
  return ({ title }) => {
    if (locale.value !== 'en') return title
    const item = items.value.find((candidate) => notMet(candidate) === title)
    if (item) return t('field.hazards.not_met', { title: itemText(item, 'en') })
    return kinds.value?.find(({ name, name_en }) => name === title && name_en !== '')?.name_en ?? title
  }
}
