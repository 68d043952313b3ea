import { type ComputedRef, computed } from 'vue'
import { useI18n } from '../../i18n'
import type { ChecklistItem } from '../../domain/records'

/** The unit of a checklist number in the worker's language; as the checklist has it where unknown. */
export function useUnit(unit: () => string | null | undefined): ComputedRef<string> {
  const i18n = useI18n()
  return computed(() => {
    const name = unit() ?? ''
    const key = `field.inspections.unit.${name}`
    return name !== '' && i18n.te(key) ? i18n.t(key) : name
  })
}

/** What an item's number ought to be, in the worker's language; empty where anything may be. */
export function useLimits(item: () => ChecklistItem): ComputedRef<string> {
  const { t } = useI18n()
  const unit = useUnit(() => item().unit)
  return computed(() => {
    const { min, max } = item()
    return [
      min != null ? t('field.inspections.at_least', { n: min, unit: unit.value }) : '',
      max != null ? t('field.inspections.at_most', { n: max, unit: unit.value }) : '',
    ].filter(Boolean).join(' · ')
  })
}
