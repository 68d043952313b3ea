import { onScopeDispose, shallowRef, watch } from 'vue'
import { desk } from '../../api/desk'
import type { HouseImport } from '../../api/desk-imports'

const LOOK_AGAIN_MS = 1000

/** A file of houses by its id, asked about again and again while a worker is at it. */
export function useImport(id: () => string) {
  const file = shallowRef<HouseImport | null>(null)
  const error = shallowRef<unknown>(null)
  let timer: number | undefined

  async function load(): Promise<void> {
    window.clearTimeout(timer)
    const asked = id()
    if (asked === '') return
    try {
      show(asked, await desk.houseImport(asked))
    } catch (failure) {
      if (asked !== id()) return
      if (file.value === null) error.value = failure
      else timer = window.setTimeout(() => void load(), LOOK_AGAIN_MS)
    }
  }

  function show(asked: string, found: HouseImport): void {
    if (asked !== id()) return
    error.value = null
    file.value = found
    if (found.state === 'reading' || found.state === 'taking') timer = window.setTimeout(() => void load(), LOOK_AGAIN_MS)
  }

  watch(id, () => {
    file.value = null
    error.value = null
    void load()
  }, { immediate: true })
  onScopeDispose(() => { window.clearTimeout(timer) })
  return { file, error, load }
}
