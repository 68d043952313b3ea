import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { SyncStatus } from '../../sync/engine'
import { useCurrent } from './current'

/** The engine's status, live; null until the engine is there. */
export function useSyncStatus(): Readonly<ShallowRef<SyncStatus | null>> {
  const { engine } = useCurrent()
  const status = shallowRef<SyncStatus | null>(null)
  onScopeDispose(engine.subscribe((next) => (status.value = next)))
  return status
}
