import { type ComputedRef, computed } from 'vue'
import { useI18n } from '../../i18n'

/** The unit of a checklist number in the worker's language; as the checklist has it where unknown. */
export function useUnit(unit: () => string | null | undefined): ComputedRef<string> {
  const i18n = useI18n()
  return computed(() => {
    const name = unit() ?? ''
    const key = `field.inspections.unit.${name}`
    return name !== '' && i18n.te(key) ? i18n.t(key) : name
  })
}
