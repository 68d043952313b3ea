/** What a phone has and Node lacks. Imported first: Dexie looks for IndexedDB when it is loaded. */
import 'fake-indexeddb/auto'

import { fakeCaches } from '../sync/fake-caches'

/** Faults of our own that the engine reported instead of a network's. */
export const internalErrors: string[] = []

function memory(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const held = new Map<string, string>()
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  }
}

const window = new EventTarget()
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
const surroundings = {
  localStorage: memory(),
  caches: fakeCaches(),
  document: page,
  navigator: { userAgent: 'Node (fault run)' },
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
  reportError: (error: unknown) => internalErrors.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
}
for (const [name, value] of Object.entries(surroundings)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
}
