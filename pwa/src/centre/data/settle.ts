/** Calls `run` once, `ms` after the first of any number of calls: a burst of changes asks the server once. */
export function settle(run: () => void, ms: number): () => void {
  let timer: number | undefined
  return () => {
    timer ??= window.setTimeout(() => {
      timer = undefined
      run()
    }, ms)
  }
}
