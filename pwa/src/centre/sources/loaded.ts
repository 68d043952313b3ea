import { shallowRef } from 'vue'

/** A list that is asked for at once, and by `load` anew. */
export function useLoaded<T>(ask: () => Promise<T[]>) {
  const rows = shallowRef<T[] | null>(null)
  const error = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    error.value = null
    try {
      rows.value = await ask()
    } catch (failure) {
      error.value = failure
    }
  }

  void load()
  return { rows, error, load }
}
