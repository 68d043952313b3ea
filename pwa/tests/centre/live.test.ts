import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LiveChange } from '../../src/api/desk-records'
import { onLive, startLive, useLive } from '../../src/centre/live/live'

/** The browser's event stream, played by hand. */
class FakeStream extends EventTarget {
  static readonly CLOSED = 2
  static last: FakeStream
  readyState = 0
  constructor(readonly url: string) {
    super()
    FakeStream.last = this
  }
  close(): void {
    this.readyState = FakeStream.CLOSED
  }
}

let heard: (LiveChange | null)[]
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeStream)
  heard = []
  stop = onLive((change) => heard.push(change))
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('passes changes on, polls while the stream is down and catches up when it is back', () => {
  const { status } = useLive()
  startLive('/live')
  FakeStream.last.dispatchEvent(new Event('open'))
  expect(status.value).toBe('live')
  heard.length = 0

  const change = { kind: 'case', id: '1', at: '2026-11-22T01:00:00Z' }
  FakeStream.last.dispatchEvent(new MessageEvent('change', { data: JSON.stringify(change) }))
  expect(heard).toEqual([change])
  vi.advanceTimersByTime(60_000)
  expect(heard).toHaveLength(1)

  FakeStream.last.dispatchEvent(new Event('error'))
  expect(status.value).toBe('polling')
  vi.advanceTimersByTime(40_000)
  expect(heard.slice(1)).toEqual([null, null])

  FakeStream.last.dispatchEvent(new Event('open'))
  expect(status.value).toBe('live')
  expect(heard).toHaveLength(4)
  vi.advanceTimersByTime(60_000)
  expect(heard).toHaveLength(4)
})

it('opens the stream again itself when the server refused it', () => {
  startLive('/live')
  const refused = FakeStream.last
  refused.readyState = FakeStream.CLOSED
  refused.dispatchEvent(new Event('error'))
  vi.advanceTimersByTime(20_000)
  expect(FakeStream.last).not.toBe(refused)
})
