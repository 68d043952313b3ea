/** Time as the engine sees it, so that tests can turn the hands. */
export interface Clock {
  now(): number
  /** Calls once after `ms`; the answer takes it back. */
  after(ms: number, call: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => { clearTimeout(timer) }
  },
}

/** Waits on the given clock. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => { clock.after(ms, resolve) })
}
