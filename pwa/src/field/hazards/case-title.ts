import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Case } from '../../domain/records'
import { itemText } from '../inspections/item-text'
import { useRecords } from '../session/use-records'

/**
 * The title of a hazard as people should read it: a failed checklist item is worded as what ought to be,
 * so it is said to be "not met"; what a worker wrote stays as written.
 */
export function useCaseTitle(): (hazard: Case) => string {
  const { t, locale } = useI18n()
  const checklists = useRecords('checklist')
  const kinds = useRecords('hazard_item')
  const items = computed(() => (checklists.value ?? []).flatMap((list) => list.items))
  return (hazard) => {
    const item = items.value.find(({ text }) => text === hazard.title)
    if (item) return t('field.hazards.not_met', { title: itemText(item, locale.value) })
    const kind = kinds.value?.find(({ name }) => name === hazard.title)
    return kind && locale.value === 'en' && kind.name_en !== '' ? kind.name_en : hazard.title
  }
}
