/** Where the phone is: one shared GPS watch for every screen that wants it, off when none does. */
import { type Ref, onScopeDispose, readonly, ref } from 'vue'
import { type Position, inChina } from '../../domain/geo'
import { toUtc } from '../../domain/time'

export interface Fix {
  lng: number
  lat: number
  accuracy: number
  /** Epoch milliseconds. */
  at: number
}

export type PositionState = 'off' | 'searching' | 'found' | 'denied' | 'unavailable'

const fix = ref<Fix | null>(null)
const state = ref<PositionState>('off')
const listeners = new Set<(fix: Fix) => void>()
let holders = 0
let watchId: number | null = null

const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 }

function onFound({ coords, timestamp }: GeolocationPosition): void {
  const found = {
    lng: coords.longitude,
    lat: coords.latitude,
    accuracy: coords.accuracy,
    at: timestamp,
  }
  fix.value = found
  state.value = 'found'
  for (const listener of listeners) listener(found)
}

function onFailed(error: GeolocationPositionError): void {
  if (error.code === error.PERMISSION_DENIED) state.value = 'denied'
  else if (!fix.value) state.value = 'unavailable'
}

function start(): void {
  // Some web views have the property and nothing behind it.
  if (!(navigator as Partial<Navigator>).geolocation) {
    state.value = 'unavailable'
    return
  }
  if (state.value !== 'found') state.value = 'searching'
  watchId = navigator.geolocation.watchPosition(onFound, onFailed, OPTIONS)
}

function stop(): void {
  if (watchId !== null) navigator.geolocation.clearWatch(watchId)
  watchId = null
  fix.value = null
  state.value = 'off'
}

/** The fix, unless it lies where no record of ours can (a mocked or broken GPS). */
export function usable(found: Fix | null): Fix | null {
  return found && inChina(found) ? found : null
}

/** The fix as a record carries it, or null when there is no usable one. */
export function gpsPosition(found: Fix | null): Position | null {
  const here = usable(found)
  if (!here) return null
  const { lng, lat, accuracy, at } = here
  return { lng, lat, accuracy, at: toUtc(at), source: 'gps' }
}

/** Keep the GPS on until the returned function is called. */
export function holdPosition(): () => void {
  holders += 1
  if (holders === 1) start()
  let released = false
  return () => {
    if (released) return
    released = true
    holders -= 1
    if (holders === 0) stop()
  }
}

/** Hear every new fix while somebody holds the GPS; returns the unsubscriber. */
export function onFix(listener: (fix: Fix) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The shared position, held for as long as the calling component lives. */
export function usePosition(): {
  fix: Readonly<Ref<Fix | null>>
  state: Readonly<Ref<PositionState>>
} {
  onScopeDispose(holdPosition())
  return { fix: readonly(fix), state: readonly(state) }
}
