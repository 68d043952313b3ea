/** What a new version of the app must not cut off: typing, a save, a photo being made smaller, a round of sync. */
const LOCK = 'gridfield-half-written'
const ASK_AGAIN_MS = 500

let under = 0
let release: () => void = () => undefined
const ended = new Set<() => void>()

const locksHere = (): LockManager | null => (globalThis.navigator as Partial<Navigator> | undefined)?.locks ?? null

/** Something has begun that must come to its end; the answer ends it. */
export function begin(): () => void {
  if (under++ === 0) {
    // Other windows of the app see a lock; where there are none, each window knows of itself alone.
    const held = new Promise<void>((resolve) => { release = resolve })
    locksHere()?.request(LOCK, { mode: 'shared' }, () => held).catch(() => undefined)
  }
  let open = true
  return () => {
    if (!open) return
    open = false
    if (--under > 0) return
    release()
    for (const tell of ended) tell()
  }
}

/** Does a piece of work that must not be cut off. */
export async function unbroken<T>(work: () => Promise<T>): Promise<T> {
  const end = begin()
  try {
    return await work()
  } finally {
    end()
  }
}

/** Resolves when nothing is half written in this window. */
export async function whenWhole(): Promise<void> {
  while (under > 0) {
    await new Promise<void>((resolve) => {
      const tell = (): void => {
        ended.delete(tell)
        resolve()
      }
      ended.add(tell)
    })
  }
}

/** Acts when nothing is half written in any window; meanwhile none can tell that it has begun something. */
export async function onceWhole(act: () => Promise<void>): Promise<void> {
  const locks = locksHere()
  for (;;) {
    await whenWhole()
    if (locks === null) return act()
    const acted = await locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (lock === null || under > 0) return false
      await act()
      return true
    })
    if (acted) return
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
}
