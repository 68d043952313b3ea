import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { OfflineError, ProblemError, type Http, type HttpRequest } from '../../src/api/http'
import { currentAccount } from '../../src/api/account'
import { deviceId, refreshSession, signIn, signOut, UnsentWorkError } from '../../src/api/session'
import { getMeta } from '../../src/db/meta'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { listUnsent, noteExported, unsentWork } from '../../src/db/unsent'
import { saveDraft } from '../../src/db/drafts'
import { newId } from '../../src/domain/ids'
import { SyncEngine } from '../../src/sync/engine'
import { report, shoot } from '../sync/phone'
import { ProtocolServer } from '../sync/protocol-server'
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

  it('ends when the server has ended it before', async () => {
    const { db } = await signIn('zhangsan', 'secret', http)
    await signOut(db, { send: () => Promise.reject(new ProblemError('unauthenticated', 401, {}, null)) })
    expect(await currentAccount()).toBeNull()
  })
})

describe('work that was exported', () => {
  let db: GridfieldDb

  beforeEach(async () => {
    db = (await signIn('zhangsan', 'secret', http)).db
    await report(db, [await shoot(db, 300)])
    await saveDraft(db, { id: 'd1', kind: 'hazard', owner_id: '', cursor: null, data: { note: '一' } })
    await noteExported(db, 'a.age', await listUnsent(db))
  })

  afterEach(async () => {
    await db.delete()
  })

  it.each([
    ['a record is saved', () => report(db), { mutations: 1 }],
    ['a draft is written on', async () => {
      vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5)
      await saveDraft(db, { id: 'd1', kind: 'hazard', owner_id: '', cursor: null, data: { note: '二' } })
    }, { drafts: 1 }],
    ['a photo is taken', () => shoot(db, 300), { photos: 1 }],
  ])('holds nobody back until %s', async (_name, work, left) => {
    await work()
    vi.restoreAllMocks()
    const none = { mutations: 0, dead: 0, drafts: 0, photos: 0 }
    await expect(signOut(db, http)).rejects.toMatchObject({ work: { ...none, ...left } })
    await noteExported(db, 'b.age', await listUnsent(db))
    await signOut(db, http)
    expect(await currentAccount()).toBeNull()
  })

  it('outlasts another person on this phone, and goes out when its author is back', async () => {
    const work = await unsentWork(db)
    await signOut(db, http)
    const other = { ...session, user: { ...session.user, id: newId() } }
    const hers = await signIn('lisi', 'secret', { send: () => Promise.resolve({ status: 200, epoch: 'e1', headers: new Headers(), json: other }) })
    expect(Object.values(await unsentWork(hers.db))).toEqual([0, 0, 0, 0])
    const { mutation } = await report(hers.db)
    await hers.db.outbox.clear()
    await signOut(hers.db, http)
    await hers.db.delete()

    db = (await signIn('zhangsan', 'secret', http)).db
    expect(await unsentWork(db)).toEqual(work)
    const server = new ProtocolServer()
    const engine = new SyncEngine({ db, http: server })
    engine.start()
    await engine.kick('person')
    engine.stop()
    expect(await unsentWork(db)).toEqual({ mutations: 0, dead: 0, drafts: 1, photos: 0 })
    expect(server.applied).toHaveLength(1)
    expect(server.applied).not.toContain(mutation)
  })
})
