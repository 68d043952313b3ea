import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { LiveChange } from '../../api/desk-records'
import { onLive } from '../live/live'
import { settle } from './settle'

const SETTLE_MS = 400

export interface RecordSource<T> {
  id: () => string
  fetch: (id: string) => Promise<T>
  /** Whether this change concerns the record on screen. */
  concerns: (change: LiveChange, record: T) => boolean
}

/** One record on screen: loaded by id, reloaded silently when the live channel says it changed. */
export function useRecord<T>(source: RecordSource<T>) {
  const record: ShallowRef<T | null> = shallowRef(null)
  const error: ShallowRef<unknown> = shallowRef(null)
  const loading: Ref<boolean> = ref(true)

  async function reload(): Promise<void> {
    const id = source.id()
    try {
      const fresh = await source.fetch(id)
      if (id !== source.id()) return
      record.value = fresh
      error.value = null
    } catch (failure) {
      // What is on screen stays readable through a hiccup of the network.
      if (id === source.id() && record.value === null) error.value = failure
    }
    loading.value = false
  }

  async function load(): Promise<void> {
    record.value = null
    error.value = null
    loading.value = true
    await reload()
  }

  const soon = settle(() => void reload(), SETTLE_MS)
  onScopeDispose(onLive((change) => {
    if (change === null || (record.value !== null && source.concerns(change, record.value))) soon()
  }))
  watch(source.id, load, { immediate: true })

  return { record, error, loading, load, reload }
}
