import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { fakeCaches } from '../sync/fake-caches'

const MESSAGE = { message_id: 'm1', title: '新案件', body: '', url: '/centre/cases/1', urgency: 'normal' }

/** The worker's world, played by hand: the events it listens to, and what it does to windows. */
let heard: Map<string, (event: object) => void>
let opened: string[]
let posted: [string, unknown][]
let windows: string[]

beforeEach(() => {
  heard = new Map()
  opened = []
  posted = []
  windows = []
  const client = (url: string) => ({
    url, postMessage: (said: unknown) => { posted.push([new URL(url).pathname, said]) }, focus: () => Promise.resolve(),
  })
  vi.stubGlobal('caches', fakeCaches())
  vi.stubGlobal('fetch', () => Promise.resolve(new Response()))
  vi.stubGlobal('self', {
    location: { origin: 'https://gridfield.example' },
    skipWaiting: () => Promise.resolve(),
    addEventListener: (name: string, listener: (event: object) => void) => { heard.set(name, listener) },
    clients: {
      matchAll: () => Promise.resolve(windows.map((path) => client(`https://gridfield.example${path}`))),
      openWindow: (path: string) => Promise.resolve(opened.push(path)),
    },
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

async function tap(url: string): Promise<void> {
  let work: Promise<unknown> = Promise.resolve()
  const notification = { close: vi.fn(), data: { ...MESSAGE, url } }
  heard.get('notificationclick')?.({ notification, waitUntil: (until: Promise<unknown>) => { work = until } })
  await work
  expect(notification.close).toHaveBeenCalled()
}

describe("a tap on the desk's notification", () => {
  beforeEach(async () => { await import('../../src/sw/desk') })

  it('goes there in the window of the desk that stands open', async () => {
    windows = ['/', '/r/ABC', '/centre/map']
    await tap('/centre/cases/1')
    expect(posted).toEqual([['/centre/map', { type: 'open', url: '/centre/cases/1' }]])
    expect(opened).toEqual([])
  })

  it.each([
    ['/centre/cases/1', '/centre/cases/1'],
    ['/tasks/7', '/centre/tasks/7'],
    ['/messages', '/centre/'],
    ['https://evil.example/centre/x', '/centre/'],
  ])('on %s opens the desk at %s where none stands open', async (url, screen) => {
    windows = ['/', '/tasks/7']
    await tap(url)
    expect(opened).toEqual([screen])
    expect(posted).toEqual([])
  })
})
