import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { ToCall } from '../../api/desk-messages'

// A step of the ladder comes by the clock, without being announced.
const REFRESH_MS = 20_000

const calls: ShallowRef<ToCall[] | null> = shallowRef(null)
const error: ShallowRef<unknown> = shallowRef(null)
let watchers = 0
let timer: number | undefined

/** Asks anew whom to call. */
async function reload(): Promise<void> {
  try {
    calls.value = await desk.calls()
    error.value = null
  } catch (failure) {
    // What stands on the screen stays readable through a hiccup of the network.
    if (calls.value === null) error.value = failure
  }
}

/** Whom to call, kept fresh while any component looks: the count in the bar and the list itself. */
export function useCalls() {
  watchers += 1
  timer ??= window.setInterval(() => void reload(), REFRESH_MS)
  if (watchers === 1 || calls.value === null) void reload()
  onScopeDispose(() => {
    watchers -= 1
    if (watchers > 0) return
    window.clearInterval(timer)
    timer = undefined
    calls.value = null
  })
  return { calls, error, reload }
}
