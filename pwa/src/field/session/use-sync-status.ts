import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { SyncStatus } from '../../sync/engine'
import { useCurrent } from './current'

/** The engine's status, live. */
export function useSyncStatus(): Readonly<ShallowRef<SyncStatus>> {
  const { engine } = useCurrent()
  const status = shallowRef(engine.status)
  onScopeDispose(engine.subscribe((next: SyncStatus) => (status.value = next)))
  return status
}
