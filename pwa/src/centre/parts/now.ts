import { onScopeDispose, ref, type Ref } from 'vue'

const TICK_MS = 15_000

/** The present moment, moving in steps small enough for "3 分钟前". */
export function useNow(): Ref<number> {
  const now = ref(Date.now())
  const timer = window.setInterval(() => { now.value = Date.now() }, TICK_MS)
  onScopeDispose(() => { window.clearInterval(timer) })
  return now
}
