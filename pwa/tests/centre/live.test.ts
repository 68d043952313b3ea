import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LiveChange } from '../../src/api/desk-records'
import { effectScope, nextTick, ref } from 'vue'
import { desk } from '../../src/api/desk'
import { useArrivals } from '../../src/centre/messages/arrivals'
import { deskAddress } from '../../src/sw/messages'
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

it('shows a message until it is dealt with; one in a window out of sight is not delivered yet', async () => {
  const receipts: string[] = []
  vi.spyOn(desk, 'receipt').mockImplementation((id, event) => {
    receipts.push(`${id} ${event}`)
    return Promise.resolve(undefined)
  })
  const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  const open = ref('')
  const scope = effectScope()
  const { arrived, done } = scope.run(() => useArrivals(() => open.value)) ?? expect.fail()
  startLive('/live')
  const say = (id: string): void => {
    const message = { message_id: id, code: 'case-dispatched', number: 'C-1', title: '新案件', body: '待签收', url: '/centre/cases/1' }
    FakeStream.last.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
  say('a')
  say('a')
  expect(arrived.value).toHaveLength(1)
  expect(receipts).toEqual([])

  hidden.mockReturnValue('visible')
  document.dispatchEvent(new Event('visibilitychange'))
  say('b')
  expect(receipts).toEqual(['a delivered', 'b delivered'])
  expect(arrived.value.map(({ message_id }) => message_id)).toEqual(['b', 'a'])

  done(arrived.value[1] ?? expect.fail())
  expect(receipts.at(-1)).toBe('a read')
  expect(arrived.value).toHaveLength(1)

  open.value = '1'
  await nextTick()
  expect(receipts.at(-1)).toBe('b read')
  expect(arrived.value).toEqual([])

  say('c')
  expect(receipts.at(-1)).toBe('c read')
  expect(arrived.value).toEqual([])
  scope.stop()
  vi.restoreAllMocks()
})

it('leads to what the desk has, and nowhere where only the phone has it', () => {
  expect(['/centre/cases/1?x=2', '/tasks/7', '/tasks', '/sync'].map(deskAddress)).toEqual(['/cases/1?x=2', '/tasks/7', null, null])
})
