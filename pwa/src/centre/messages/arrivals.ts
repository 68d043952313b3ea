import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { desk } from '../../api/desk'
import type { LiveMessage } from '../../api/desk-messages'
import { onMessage } from '../live/live'

/** The messages that have come to this person's desk and are not dealt with yet, the newest first; `at` tells which record is open. */
export function useArrivals(at: () => string) {
  const arrived = shallowRef<readonly LiveMessage[]>([])
  const told = new Set<string>()

  // A receipt that is lost costs a needless next step of the ladder, nothing else.
  function receipt(id: string, event: 'delivered' | 'read'): void {
    desk.receipt(id, event).catch(() => undefined)
  }

  /** In a window that nobody sees, nothing has been delivered. */
  function seen(): void {
    if (document.visibilityState === 'hidden') return
    for (const { message_id: id } of arrived.value) {
      if (!told.has(id)) receipt(id, 'delivered')
      told.add(id)
    }
  }

  function done({ message_id: id }: LiveMessage): void {
    arrived.value = arrived.value.filter((message) => message.message_id !== id)
    receipt(id, 'read')
  }

  // Who goes to what a message is about, by whatever way, has no need to open it.
  watch(at, (id) => {
    for (const message of arrived.value) if (id !== '' && message.url.endsWith(`/${id}`)) done(message)
  })

  const looksAt = ({ url }: LiveMessage): boolean =>
    at() !== '' && url.endsWith(`/${at()}`) && document.visibilityState !== 'hidden'

  onScopeDispose(onMessage((message) => {
    // Whoever has the record before the eyes sees it change: a note beside it would only lie in the way.
    if (looksAt(message)) {
      receipt(message.message_id, 'read')
      return
    }
    arrived.value = [message, ...arrived.value.filter(({ message_id: id }) => id !== message.message_id)]
    seen()
  }))
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => { document.removeEventListener('visibilitychange', seen) })

  return { arrived: computed(() => arrived.value), done }
}
