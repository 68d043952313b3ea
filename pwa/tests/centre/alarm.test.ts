import { effectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useAlarms } from '../../src/centre/alarm/alarm'
import { allowSound, muted } from '../../src/centre/alarm/sound'
import { NoPosition, whereAmI } from '../../src/centre/cases/where-am-i'
import { startLive } from '../../src/centre/live/live'

/** A loudspeaker that counts its tones, closed until somebody clicks. */
class Speaker {
  static tones = 0
  state = 'suspended'
  currentTime = 0
  destination = {}
  resume(): Promise<void> {
    this.state = 'running'
    return Promise.resolve()
  }
}
class Tone {
  connect<T>(next: T): T { return next }
  start(): void { Speaker.tones += 1 }
  stop(): void { /* it ends by itself */ }
}
class Stream extends EventTarget {
  static last: Stream
  constructor() {
    super()
    Stream.last = this
  }
  close(): void { /* nobody listens */ }
}

let waiting: object[]
const changed = (kind: string): boolean =>
  Stream.last.dispatchEvent(new MessageEvent('change', { data: JSON.stringify({ kind, id: '1', at: '2026-11-22T01:00:00Z' }) }))

beforeEach(() => {
  vi.useFakeTimers()
  waiting = []
  vi.stubGlobal('AudioContext', Speaker)
  vi.stubGlobal('OscillatorNode', Tone)
  vi.stubGlobal('GainNode', Tone)
  vi.stubGlobal('EventSource', Stream)
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(waiting), { headers: { 'Content-Type': 'application/json' } })))
  startLive('/live')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('rings from the urgent case until it is taken, and asks for a click where it may not be heard', async () => {
  const scope = effectScope()
  const alarms = scope.run(useAlarms)?.alarms
  await vi.advanceTimersByTimeAsync(5000)
  expect([alarms?.value.length, Speaker.tones, muted.value]).toEqual([0, 0, false])

  waiting = [{ id: '1' }]
  changed('task')
  await vi.advanceTimersByTimeAsync(1000)
  expect(alarms?.value).toHaveLength(0)
  changed('case')
  await vi.advanceTimersByTimeAsync(1000)
  expect([alarms?.value.length, Speaker.tones, muted.value]).toEqual([1, 0, true])

  await allowSound()
  await vi.advanceTimersByTimeAsync(2000)
  const heard = Speaker.tones
  expect([heard > 0, muted.value]).toEqual([true, false])
  await vi.advanceTimersByTimeAsync(2000)
  expect(Speaker.tones).toBeGreaterThan(heard)

  waiting = []
  changed('case')
  await vi.advanceTimersByTimeAsync(1000)
  const last = Speaker.tones
  await vi.advanceTimersByTimeAsync(10_000)
  expect([alarms?.value.length, Speaker.tones, muted.value]).toEqual([0, last, false])
  scope.stop()
})

it('goes on ringing when the server cannot be asked, and is silent on a desk that is left', async () => {
  waiting = [{ id: '1' }]
  const scope = effectScope()
  const alarms = scope.run(useAlarms)?.alarms
  await vi.advanceTimersByTimeAsync(1000)
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')))
  changed('case')
  await vi.advanceTimersByTimeAsync(1000)
  const before = Speaker.tones
  await vi.advanceTimersByTimeAsync(4000)
  expect(alarms?.value).toHaveLength(1)
  expect(Speaker.tones).toBeGreaterThan(before)

  scope.stop()
  const last = Speaker.tones
  await vi.advanceTimersByTimeAsync(4000)
  expect(Speaker.tones).toBe(last)
})

it('tells where an officer is, or why it cannot', async () => {
  const coords = { longitude: 121.07, latitude: 32.06, accuracy: 11.6 }
  const found = (done: PositionCallback): void => { done({ coords, timestamp: Date.UTC(2026, 10, 22) } as GeolocationPosition) }
  vi.stubGlobal('navigator', { geolocation: { getCurrentPosition: found } })
  expect(await whereAmI()).toEqual({ lng: 121.07, lat: 32.06, accuracy: 12, at: '2026-11-22T00:00:00.000Z', source: 'gps' })

  const failing = (code: number) => (_: PositionCallback, fail: PositionErrorCallback): void => {
    fail({ code, PERMISSION_DENIED: 1 } as GeolocationPositionError)
  }
  vi.stubGlobal('navigator', { geolocation: { getCurrentPosition: failing(1) } })
  await expect(whereAmI()).rejects.toMatchObject({ why: 'denied' })
  vi.stubGlobal('navigator', { geolocation: { getCurrentPosition: failing(3) } })
  await expect(whereAmI()).rejects.toBeInstanceOf(NoPosition)
  await expect(whereAmI()).rejects.toMatchObject({ why: 'unknown' })
})
