import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Http, HttpRequest } from '../../src/api/http'
import { OfflineError } from '../../src/api/http'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { markRead, readNotices, tellRead } from '../../src/field/notices/notices'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'

let db: GridfieldDb

const row = (id: string, at: string, read_at: string | null) => ({
  scope: `user:${WORKER_ID}`, kind: 'notice' as const, id, version: 1,
  row: { code: 'sync-reminder', title: '请同步网格通', text: '请打开网格通', mutation_id: null, created_at: at, url: '/sync', read_at },
})

function centre(send: (request: HttpRequest) => void): Http {
  return { send: (request: HttpRequest) => { send(request); return Promise.resolve({ json: null }) } } as unknown as Http
}

describe('messages on the phone', () => {
  beforeEach(async () => {
    db = await fillPhone(townRows([], [], 1))
    await db.base.bulkPut([row('n1', '2026-03-01T00:00:00Z', null), row('n2', '2026-03-02T00:00:00Z', '2026-03-02T01:00:00Z')] as never)
  })

  afterEach(async () => {
    await db.delete()
    closeDb(WORKER_ID)
  })

  it('are listed, the newest first, and new until they were read anywhere', async () => {
    expect((await readNotices(db)).map(({ id, unread }) => [id, unread])).toEqual([['n2', false], ['n1', true]])
    await markRead(db, ['n1'])
    expect((await readNotices(db)).some(({ unread }) => unread)).toBe(false)
  })

  it('keep what was read without a network until the centre has heard of it', async () => {
    await markRead(db, ['n1'])
    const offline = { send: () => Promise.reject(new OfflineError()) } as unknown as Http
    await tellRead(db, offline)

    const told: string[] = []
    await tellRead(db, centre(({ path }) => { told.push(path) }))
    expect(told).toEqual(['/api/messages/n1/receipts'])

    await db.base.bulkPut([row('n1', '2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z')] as never)
    await tellRead(db, centre(({ path }) => { told.push(path) }))
    expect(told).toHaveLength(1)
  })
})
