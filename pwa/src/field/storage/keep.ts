/** Writing down what is being filled in; where the disk takes nothing, the screen keeps it and says so. */
import { shallowRef } from 'vue'
import { isFull } from './room'

export interface Unkept {
  full: boolean
  /** Tries once more. */
  again: () => Promise<void>
}

/** What could not be written, and is only on the screen; null while all is written. */
export const unkept = shallowRef<Unkept | null>(null)

/** Does a write; a failure is told above every screen instead of being thrown. */
export async function keep(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    unkept.value = null
    return true
  } catch (error) {
    unkept.value = { full: isFull(error), again: async () => { await keep(write) } }
    if (!isFull(error)) reportError(error)
    return false
  }
}
