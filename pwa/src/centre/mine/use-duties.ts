import { onScopeDispose, shallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { Duty } from '../../api/desk-queue'
import { settle } from '../data/settle'
import { onLive } from '../live/live'

const SETTLE_MS = 800

/** The views of one's roles with how many wait in each, kept up by the live channel; null until known. */
export function useDuties() {
  const duties = shallowRef<Duty[] | null>(null)
  const error = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    try {
      duties.value = await desk.duties()
      error.value = null
    } catch (failure) {
      // Old counts stay through a hiccup of the network.
      error.value = failure
    }
  }

  const soon = settle(() => void load(), SETTLE_MS)
  onScopeDispose(onLive((change) => {
    if (change === null || change.kind === 'case') soon()
  }))
  void load()

  return { duties, error, load }
}
