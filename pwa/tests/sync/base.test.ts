import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { OfflineError } from '../../src/api/http'
import { saveDraft } from '../../src/db/drafts'
import { getMeta, setMeta } from '../../src/db/meta'
import { newId } from '../../src/domain/ids'
import type { House } from '../../src/domain/records'
import { pullAll } from '../../src/sync/pull'
import { getRecord } from '../../src/sync/view'
import { newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer, type Fault } from './protocol-server'
import { expectSameAsServer } from './same-as-server'

const loseRequest: Fault = () => Promise.reject(new OfflineError('lost'))
const loseAnswer: Fault = async (_request, answer) => {
  await answer()
  throw new OfflineError('lost')
}
const pass: Fault = (_request, answer) => answer()

let server: ProtocolServer
let phone: Phone

beforeEach(async () => {
  server = new ProtocolServer()
  phone = await newPhone(server)
})
afterEach(() => { phone.engine.stop() })

describe('the base', () => {
  const fill = (scope: string, count: number): string[] =>
    Array.from({ length: count }, () => {
      const id = newId()
      server.put(scope, 'house', id, { address: '建东村 1 号', open_cases: 0 })
      return id
    })

  it('follows puts, deletes and moves, whatever the page size', async () => {
    const [first = '', second = ''] = fill('grid:g1', 7)
    server.granted.push('grid:g2')
    await sync(phone)
    server.move('grid:g1', 'grid:g2', 'house', first)
    server.del('grid:g1', 'house', second)
    server.pageSize = 1
    await sync(phone)
    await expectSameAsServer(phone, server)
    server.move('grid:g2', 'grid:g1', 'house', first)
    await sync(phone)
    await expectSameAsServer(phone, server)
    expect(await phone.db.base.count()).toBe(6)
  })

  it('drops a scope that is no longer granted, and keeps what is the worker\'s own', async () => {
    fill('grid:g1', 3)
    await sync(phone)
    server.faults = [loseRequest]
    await report(phone.db)
    await saveDraft(phone.db, { id: 'd1', kind: 'hazard', owner_id: '', cursor: null, data: {} })
    await shoot(phone.db, 10)
    await sync(phone)
    server.granted = ['global', 'user:u1']
    await sync(phone)
    expect(await phone.db.base.count()).toBe(0)
    expect(await phone.db.membership.count()).toBe(0)
    expect(await phone.db.cursors.get('grid:g1')).toBeUndefined()
    expect([await phone.db.drafts.count(), await phone.db.photos.count()]).toEqual([1, 1])
  })

  it('begins a scope anew when its tombstones are gone, showing no hole meanwhile', async () => {
    const [gone = '', kept = ''] = fill('grid:g1', 6)
    await sync(phone)
    server.del('grid:g1', 'house', gone)
    server.purge('grid:g1')
    server.pageSize = 2
    server.faults = [pass, loseAnswer]
    await sync(phone)
    expect(await getRecord(phone.db, 'house', kept)).toBeDefined()
    await sync(phone)
    await expectSameAsServer(phone, server)
    expect(await getRecord(phone.db, 'house', gone)).toBeUndefined()
  })

  it('refuses a page that comes after another window has gone on', async () => {
    const [id = ''] = fill('grid:g1', 1)
    const { db, clock } = phone
    server.faults = [async (_request, answer) => {
      const late = await answer()
      server.del('grid:g1', 'house', id)
      await pullAll({ db, clock, http: server, app: '', signal: new AbortController().signal })
      server.faults = [loseAnswer]
      return late
    }]
    await sync(phone)
    expect(await getRecord(db, 'house', id)).toBeUndefined()
    await sync(phone)
    await expectSameAsServer(phone, server)
  })

  it('is fetched anew where its digest differs from the server\'s', async () => {
    const [id = '', other = ''] = fill('grid:g1', 3)
    await sync(phone)
    await phone.db.base.delete(['house', id])
    await phone.db.base.update(['house', other], { version: 99, row: { address: '不对' } as House })
    await setMeta(phone.db, 'verified_at', 0)
    await sync(phone)
    await expectSameAsServer(phone, server)
    expect(await getMeta(phone.db, 'verify_failed')).toMatchObject({ scope: 'grid:g1' })
  })
})
