/** What a phone has and Node lacks. Imported first: Dexie looks for IndexedDB when it is loaded. */
import 'fake-indexeddb/auto'

import { Dexie } from 'dexie'

import { fakeCaches } from '../sync/fake-caches'
import { quickClone } from './quick-clone'

/** Faults of our own that the engine reported instead of a network's or the storage's. */
export const internalErrors: string[] = []

/** What a write is refused with when the storage is full or the browser gives a transaction up; of many writes at once, each. */
export function isOfStorage(error: unknown): boolean {
  if (error instanceof Dexie.BulkError) return error.failures.every(isOfStorage)
  return error instanceof Error && ['QuotaExceededError', 'AbortError'].includes(error.name)
}

const RealDate = Date

/** The phone's clock: true time, and how far the hands were turned. */
export const hands = { turnedMs: 0 }

/** Milliseconds since 1970 by the true clock, whatever the phone's own shows. */
export const trueNow = (): number => RealDate.now()

class PhoneDate extends RealDate {
  constructor(...args: [] | [number | string]) {
    super(args.length === 0 ? PhoneDate.now() : args[0])
  }

  static override now(): number { return RealDate.now() + hands.turnedMs }
}

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
  Date: PhoneDate,
  structuredClone: quickClone, // fake-indexeddb copies each row that it gives or takes
  localStorage: memory(),
  caches: fakeCaches(),
  document: page,
  navigator: { userAgent: 'Node (fault run)' },
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
  reportError: (error: unknown) => {
    if (!isOfStorage(error)) internalErrors.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  },
}
for (const [name, value] of Object.entries(surroundings)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
}
