/** Keeps the screen on where the browser can, so that a track has no gaps from a sleeping phone. */
let lock: WakeLockSentinel | null = null
let wanted = false

async function take(): Promise<void> {
  if (!wanted || lock || document.visibilityState !== 'visible') return
  try {
    lock = await navigator.wakeLock.request('screen')
    lock.addEventListener('release', () => {
      lock = null
    })
  } catch {
    // Low battery or no such API: the patrol goes on, gaps stay gaps.
    lock = null
  }
}

/** Ask for an awake screen, or give it back. */
export function keepScreenAwake(on: boolean): void {
  wanted = on
  if (on) void take()
  else void lock?.release()
}

// The system takes the lock away with every look at another app.
document.addEventListener('visibilitychange', () => void take())
