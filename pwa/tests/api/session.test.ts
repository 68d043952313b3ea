import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { OfflineError, type Http, type HttpRequest } from '../../src/api/http'
import { currentAccount, deviceId, refreshSession, signIn, signOut, unsentWork, UnsentWorkError } from '../../src/api/session'
import { getMeta } from '../../src/db/meta'
import { closeDb } from '../../src/db/open'
import { saveDraft } from '../../src/db/drafts'
import { newId } from '../../src/domain/ids'
import { report } from '../sync/phone'
import { fakeCaches } from '../sync/fake-caches'

const userId = newId()
const session = {
  user: { id: userId, username: 'zhangsan', name: '张三', phone_masked: null }, roles: [], permissions: [], csrf_token: 't1',
  device_id: 'd', home: { org_unit_id: 'o', name: '建东村', kind: 'village' }, grids: [], live_url: null, vapid_public_key: null,
  epoch: 'e1', server_now: new Date(Date.now() + 60_000).toISOString(), demo: true,
}
let requests: HttpRequest[] = []
const http: Http = { send: (request) => {
  requests.push(request)
  return Promise.resolve({ status: 200, epoch: 'e1', headers: new Headers(), json: { ...session, csrf_token: `t${String(requests.length)}` } })
} }

beforeEach(() => {
  vi.stubGlobal('caches', fakeCaches())
  localStorage.clear()
  requests = []
})
afterEach(() => {
  closeDb(userId)
  vi.unstubAllGlobals()
})

describe('the session on the phone', () => {
  it('is remembered without a network, with token, epoch and the server\'s clock', async () => {
    expect(await currentAccount()).toBeNull()
    await signIn('zhangsan', 'secret', http)
    expect(requests[0]?.json).toMatchObject({ username: 'zhangsan', device: { id: deviceId(), kind: 'phone' } })
    closeDb(userId)
    const again = await currentAccount()
    expect(again?.session).toMatchObject({ user: { name: '张三' }, csrf_token: 't1' })
    if (!again) throw new Error('signed out')
    expect(await getMeta(again.db, 'epoch')).toBe('e1')
    expect(await getMeta(again.db, 'clock_offset_ms')).toBeGreaterThan(50_000)
  })

  it('renews its token', async () => {
    const { db } = await signIn('zhangsan', 'secret', http)
    await refreshSession(db, http)
    expect((await currentAccount())?.session.csrf_token).toBe('t2')
  })

  it('does not end while anything stands only on this phone', async () => {
    const { db } = await signIn('zhangsan', 'secret', http)
    await report(db)
    await saveDraft(db, { id: 'd1', kind: 'hazard', owner_id: '', cursor: null, data: {} })
    expect(await unsentWork(db)).toEqual({ mutations: 1, dead: 0, drafts: 1, photos: 0 })
    await expect(signOut(db, http)).rejects.toBeInstanceOf(UnsentWorkError)
    expect(await currentAccount()).not.toBeNull()
    await db.outbox.clear()
    await db.drafts.clear()
    const device = deviceId()
    await signOut(db, http)
    expect(await currentAccount()).toBeNull()
    expect(deviceId()).toBe(device)
  })

  it('does not end without the server\'s word', async () => {
    const { db } = await signIn('zhangsan', 'secret', http)
    await expect(signOut(db, { send: () => Promise.reject(new OfflineError('lost')) })).rejects.toBeInstanceOf(OfflineError)
    expect(await currentAccount()).not.toBeNull()
  })
})
