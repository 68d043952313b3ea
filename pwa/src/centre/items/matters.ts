import { computed, shallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { MatterList } from '../../api/desk-sources'
import { may } from '../session/session'

const list = shallowRef<MatterList | null>(null)
const error = shallowRef<unknown>(null)
let asked = false

async function load(): Promise<void> {
  asked = true
  try {
    list.value = await desk.matters()
    error.value = null
  } catch (failure) {
    error.value = failure
    asked = false
  }
}

/** The list of matters in force, asked for once; `load` asks anew. */
export function useMatters() {
  if (!asked && may('item:read')) void load()
  const items = computed(() => list.value?.items ?? [])
  const named = (code: string) => items.value.find((item) => item.code === code)
  return { list, items, error, named, load }
}
