import { onScopeDispose, ref, type Ref } from 'vue'
import { desk } from '../../api/desk'
import { settle } from '../data/settle'
import { onLive } from '../live/live'

const SETTLE_MS = 800

/** How many records wait for somebody to settle them, as it changes; 0 until it is known. */
export function useOpenRefusals(): Ref<number> {
  const open = ref(0)
  const count = (): void => {
    // What cannot be counted now is counted at the next change or poll.
    desk.openRefusals().then((told) => { open.value = told.open }, () => undefined)
  }
  const soon = settle(count, SETTLE_MS)
  onScopeDispose(onLive((change) => {
    if (change === null || change.kind === 'refusal') soon()
  }))
  count()
  return open
}
