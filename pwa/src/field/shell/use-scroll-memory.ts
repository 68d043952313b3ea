import { nextTick, onScopeDispose, type Ref } from 'vue'
import { useRouter } from 'vue-router'

const POLL_FRAMES = 30

/** Going back returns to the place on the page; going forward begins at its top. */
export function useScrollMemory(scroller: Readonly<Ref<HTMLElement | null>>): void {
  const router = useRouter()
  const places = new Map<number, number>()
  let position = historyPosition()

  function historyPosition(): number {
    return (window.history.state as { position?: number } | null)?.position ?? 0
  }

  /** Lists fill in after the page stands: try for half a second. */
  function restore(top: number, frames = POLL_FRAMES): void {
    const element = scroller.value
    if (!element) return
    element.scrollTop = top
    if (element.scrollTop < top && frames > 0) requestAnimationFrame(() => { restore(top, frames - 1) })
  }

  const stopBefore = router.beforeEach(() => {
    places.set(position, scroller.value?.scrollTop ?? 0)
  })
  const stopAfter = router.afterEach(async (to, from) => {
    const next = historyPosition()
    const back = next < position
    position = next
    if (to.path === from.path) return
    await nextTick()
    restore(back ? (places.get(next) ?? 0) : 0)
  })
  onScopeDispose(() => {
    stopBefore()
    stopAfter()
  })
}
