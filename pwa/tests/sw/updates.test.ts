import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { begin, onceWhole, unbroken, whenWhole } from '../../src/db/half-written'
import { registerWorker } from '../../src/sw/register'

/** The browser's side of a service worker: a version that serves, and one that waits to be let in. */
class Container extends EventTarget {
  controller: object | null = {}
  readonly told: unknown[] = []
  readonly waiting = { postMessage: (message: unknown) => {
    this.told.push(message)
    this.dispatchEvent(new Event('controllerchange'))
  } }

  register(): Promise<unknown> {
    return Promise.resolve(Object.assign(new EventTarget(), { waiting: this.waiting }))
  }
}

let container: Container
let replaced: number
let letIn: () => Promise<void>

beforeEach(async () => {
  vi.stubEnv('DEV', false)
  container = new Container()
  replaced = 0
  Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: container })
  await registerWorker({
    sync: () => undefined, open: () => undefined, update: (call) => { letIn = call }, replaced: () => { replaced += 1 },
  })
})
afterEach(() => {
  vi.unstubAllEnvs()
  Reflect.deleteProperty(navigator, 'serviceWorker')
  Reflect.deleteProperty(navigator, 'locks')
})

describe('a new version', () => {
  it('waits for what is half written, and then serves; the old page hears of it', async () => {
    const end = begin()
    let done: () => void = () => undefined
    const saving = unbroken(() => new Promise<void>((resolve) => { done = resolve }))
    const updating = onceWhole(letIn)
    end()
    await Promise.resolve()
    expect([container.told, replaced]).toEqual([[], 0])
    done()
    await saving
    await updating
    expect(container.told).toEqual([{ type: 'SKIP_WAITING' }])
    expect(replaced).toBe(1)
  })

  it('waits for work that fails, no longer', async () => {
    await expect(unbroken(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')
    await whenWhole()
    await onceWhole(letIn)
    expect(replaced).toBe(1)
  })

  it('waits for another window too', async () => {
    let elsewhere = true
    const request = vi.fn((_name: string, options: LockOptions, call: (lock: object | null) => Promise<unknown>) =>
      call(options.ifAvailable && elsewhere ? null : {}))
    Object.defineProperty(navigator, 'locks', { configurable: true, value: { request } })
    vi.useFakeTimers()
    const updating = onceWhole(letIn)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(container.told).toEqual([])
    elsewhere = false
    await vi.advanceTimersByTimeAsync(2_000)
    vi.useRealTimers()
    await updating
    expect(replaced).toBe(1)
  })
})

describe('the very first version', () => {
  it('replaces nothing', async () => {
    const fresh = new Container()
    fresh.controller = null
    Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: fresh })
    await registerWorker({ sync: () => undefined, open: () => undefined, update: () => undefined, replaced: () => { replaced += 1 } })
    fresh.dispatchEvent(new Event('controllerchange'))
    expect(replaced).toBe(0)
  })
})
