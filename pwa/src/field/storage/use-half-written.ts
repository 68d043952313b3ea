import { onScopeDispose, watch } from 'vue'
import { begin } from '../../db/half-written'

/** While the words of the calling component stand only on the screen, no new version takes over. */
export function useHalfWritten(words: () => string): void {
  let end: (() => void) | null = null
  const finish = (): void => {
    end?.()
    end = null
  }
  watch(words, (now) => {
    if (now === '') finish()
    else end ??= begin()
  })
  onScopeDispose(finish)
}
