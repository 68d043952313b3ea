import { ref, shallowRef } from 'vue'
import { Refusal } from '../../api/refusal'
import { useRefusalText } from './refusal-text'

/** Sends a form; what is refused stands at its field, and in `refusal` where it is none of these. */
export function useSending<F extends string>(fields: readonly F[]) {
  const refusalText = useRefusalText()
  const busy = ref(false)
  const refusal = ref('')
  const errors = shallowRef<Partial<Record<F, string>>>({})

  function show(failure: unknown): void {
    const told: Partial<Record<F, string>> = {}
    for (const field of fields) {
      const words = failure instanceof Refusal ? failure.field(field) : null
      if (words !== null) told[field] = words
    }
    errors.value = told
    if (Object.keys(told).length === 0) refusal.value = refusalText(failure)
  }

  async function send<T>(missing: Partial<Record<F, string>>, deed: () => Promise<T>): Promise<T | null> {
    refusal.value = ''
    errors.value = missing
    if (busy.value || Object.keys(missing).length > 0) return null
    busy.value = true
    try {
      return await deed()
    } catch (failure) {
      show(failure)
      return null
    } finally {
      busy.value = false
    }
  }

  return { busy, refusal, errors, send }
}
