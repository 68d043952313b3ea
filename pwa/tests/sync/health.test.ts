import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { OfflineError, TimeoutError } from '../../src/api/http'
import { checkIntegrity } from '../../src/sync/integrity'
import { setMeta } from '../../src/db/meta'
import { fakeCaches } from './fake-caches'
import { newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer, type Fault } from './protocol-server'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const fail = (path: string, error: Error): Fault => (request, answer) => (request.path === path ? Promise.reject(error) : answer())

let server: ProtocolServer
let phone: Phone

beforeEach(async () => {
  server = new ProtocolServer()
  phone = await newPhone(server, { app: 'gridfield-pwa/9.9.9' })
})
afterEach(() => {
  phone.engine.stop()
  vi.unstubAllGlobals()
})

describe('what a phone tells of itself', () => {
  it('is that all is well, after the first round', async () => {
    await report(phone.db)
    await sync(phone)
    expect(server.healths).toEqual([{
      proto: 1, app: 'gridfield-pwa/9.9.9', client_now: new Date(phone.clock.now()).toISOString(),
      pending: 0, photos_pending: 0, rejected: 0, oldest_unsent_ms: null, synced_ms: 0,
      storage_free: null, storage_quota: null, persisted: null, lost_mutations: 0, lost_photos: 0,
    }])
  })

  it('is told when the queue does not move but the server can be reached', async () => {
    await report(phone.db, [await shoot(phone.db, 500)])
    phone.clock.turn(3 * HOUR)
    server.faults = [fail('/sync/push', new TimeoutError('slow'))]
    await sync(phone)
    expect(server.healths).toMatchObject([{ pending: 1, photos_pending: 1, synced_ms: null }])
    expect(phone.engine.status).toMatchObject({ error: 'timeout', last_success: null })
    expect(server.healths[0]?.oldest_unsent_ms).toBeGreaterThan(3 * HOUR - MINUTE)
    expect(server.healths[0]?.oldest_unsent_ms).toBeLessThan(3 * HOUR + MINUTE)
  })

  it('counts the age of a photo whose record has arrived', async () => {
    await report(phone.db, [await shoot(phone.db, 500)])
    phone.clock.turn(2 * HOUR)
    const pass: Fault = (_request, answer) => answer()
    server.faults = [pass, pass, fail('/sync/photos/have', new TimeoutError('slow'))]
    await sync(phone)
    expect(server.healths).toMatchObject([{ pending: 0, photos_pending: 1 }])
    expect(server.healths[0]?.oldest_unsent_ms).toBeGreaterThan(2 * HOUR - MINUTE)
  })

  it('names refused records, and the room that is left', async () => {
    vi.stubGlobal('navigator', { storage: {
      estimate: () => Promise.resolve({ usage: 30, quota: 100.4 }), persisted: () => Promise.resolve(false),
      persist: () => Promise.resolve(false),
    } })
    server.rejected.add('hazard.report')
    await report(phone.db)
    await sync(phone)
    expect(server.healths).toMatchObject([{ rejected: 1, storage_free: 70, storage_quota: 100, persisted: false }])
  })

  it('tells of a loss for thirty days, whether or not the worker has read of it', async () => {
    vi.stubGlobal('caches', fakeCaches())
    await report(phone.db)
    await setMeta(phone.db, 'saved_mutations', 0)
    await checkIntegrity(phone.db)
    await phone.db.meta.delete('loss')
    await sync(phone)
    expect(server.healths).toMatchObject([{ lost_mutations: 1, lost_photos: 0 }])
    phone.clock.turn(31 * 24 * HOUR)
    await sync(phone)
    expect(server.healths[1]).toMatchObject({ lost_mutations: 0 })
  })
})

describe('how often', () => {
  it('every fifteen minutes while nothing changes, at once when a count does', async () => {
    await sync(phone)
    await sync(phone)
    phone.clock.turn(14 * MINUTE)
    await sync(phone)
    expect(server.healths).toHaveLength(1)
    phone.clock.turn(MINUTE)
    await sync(phone)
    expect(server.healths).toHaveLength(2)
    server.rejected.add('hazard.report')
    await report(phone.db)
    await sync(phone)
    expect(server.healths).toHaveLength(3)
    expect(server.healths[2]).toMatchObject({ rejected: 1 })
  })

  it('again after a clock was put back', async () => {
    await sync(phone)
    phone.clock.turn(-365 * 24 * HOUR)
    await sync(phone)
    expect(server.healths).toHaveLength(2)
  })

  it('not where there is no connection, or nobody is signed in', async () => {
    server.faults = [fail('/sync/pull', new OfflineError('lost'))]
    await sync(phone)
    server.signedIn = false
    await sync(phone)
    expect(phone.engine.status.error).toBe('unauthenticated')
    expect(server.healths).toEqual([])
  })

  it('again after the next round, when it did not get through: the round has succeeded all the same', async () => {
    server.deaf = true
    await sync(phone)
    expect(phone.engine.status).toMatchObject({ state: 'all_sent', error: null, last_success: phone.clock.now() })
    server.deaf = false
    await sync(phone)
    expect(server.healths).toHaveLength(1)
  })
})
