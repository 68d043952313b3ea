import { describe, expect, it } from 'vitest'

import { setMeta } from '../../src/db/meta'
import { SyncEngine } from '../../src/sync/engine'
import { LeaseLocks } from '../../src/sync/lock'
import { newPhone, report, sync } from './phone'
import { ProtocolServer } from './protocol-server'

describe('two windows on one phone', () => {
  it('never have two rounds under way, and send everything once', async () => {
    const server = new ProtocolServer()
    let underWay = 0
    let most = 0
    const watched = { send: async (request: Parameters<typeof server.send>[0]) => {
      if (request.path === '/sync/health') return server.send(request) // told after the round
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setTimeout(resolve, 1))
      return server.send(request).finally(() => { underWay -= 1 })
    } }
    const first = await newPhone(watched)
    const ticking = { now: () => Date.now(), after: (ms: number, call: () => void) => {
      const timer = setTimeout(call, ms / 100)
      return () => { clearTimeout(timer) }
    } }
    const engines = [1, 2].map(() => new SyncEngine({ db: first.db, http: watched, clock: ticking, locks: new LeaseLocks(first.db, ticking) }))
    for (let i = 0; i < 30; i++) await report(first.db)
    await Promise.all(engines.map((engine) => sync({ engine })))
    for (const engine of engines) engine.stop()
    expect(server.applied).toHaveLength(30)
    expect(new Set(server.applied).size).toBe(30)
    expect(most).toBe(1)
    expect(await first.db.outbox.count()).toBe(0)
  })

  it('are not held up by a lease that was written under a wrong clock', async () => {
    const server = new ProtocolServer()
    const { db, clock } = await newPhone(server)
    await setMeta(db, 'lease', { owner: 'another', until: clock.now() + 10 * 365 * 86_400_000 })
    const locks = new LeaseLocks(db, clock)
    expect(await locks.request('x', () => Promise.resolve('went'))).toBe('went')
  })

  it('wait for a lease that holds, and take it when its window has died', async () => {
    const { db, clock } = await newPhone(new ProtocolServer())
    await setMeta(db, 'lease', { owner: 'another', until: clock.now() + 20_000 })
    let went = false
    const running = new LeaseLocks(db, clock).request('x', () => {
      went = true
      return Promise.resolve()
    })
    await expect.poll(() => clock.next).toBe(500)
    expect(went).toBe(false)
    clock.turn(20_001)
    await running
    expect(went).toBe(true)
  })
})
