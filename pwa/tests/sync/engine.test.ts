import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { OfflineError, ProblemError, TimeoutError } from '../../src/api/http'
import { getMeta, setMeta } from '../../src/db/meta'
import { saveDraft } from '../../src/db/drafts'
import { newId } from '../../src/domain/ids'
import { saveMutation } from '../../src/sync/save'
import { getRecord, listRecords } from '../../src/sync/view'
import { newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer, type Fault } from './protocol-server'
import { expectSameAsServer } from './same-as-server'

const loseRequest: Fault = () => Promise.reject(new OfflineError('lost'))
const loseAnswer: Fault = async (_request, answer) => {
  await answer()
  throw new OfflineError('lost')
}
const timeOut: Fault = () => Promise.reject(new TimeoutError('slow'))
const pass: Fault = (_request, answer) => answer()

let server: ProtocolServer
let phone: Phone

beforeEach(async () => {
  server = new ProtocolServer()
  phone = await newPhone(server)
})
afterEach(() => { phone.engine.stop() })

describe('a saved mutation', () => {
  it('is seen at once, reaches the server, and gives way to the server\'s own row', async () => {
    const { id, mutation } = await report(phone.db)
    expect(await getRecord(phone.db, 'case', id)).toMatchObject({ number: null, state: 'reported', unsent: true })
    await sync(phone)
    expect(server.applied).toEqual([mutation])
    expect(await phone.db.outbox.count()).toBe(0)
    expect(await getRecord(phone.db, 'case', id)).toMatchObject({ number: 'YH-1', unsent: false })
    await expectSameAsServer(phone, server)
  })

  it('is applied once when the answer is lost, and when the request is', async () => {
    const { mutation } = await report(phone.db)
    server.faults = [loseAnswer]
    await sync(phone)
    expect(phone.engine.status).toMatchObject({ state: 'offline', pending: 1, error: 'offline' })
    server.faults = [loseRequest]
    await sync(phone)
    await sync(phone)
    expect(server.applied).toEqual([mutation])
    expect(await phone.db.outbox.count()).toBe(0)
    expect(phone.engine.status.state).toBe('all_sent')
  })

  it('stays in the outbox, replayed, until the last page of a pull has come', async () => {
    const { id } = await report(phone.db)
    for (let i = 0; i < 5; i++) server.put('global', 'department', newId(), { code: String(i), name: 'x' })
    server.pageSize = 2
    server.faults = [pass, pass, loseAnswer]
    await sync(phone)
    expect(await phone.db.outbox.toArray()).toMatchObject([{ state: 'acked' }])
    expect(await getRecord(phone.db, 'case', id)).toMatchObject({ unsent: false })
    await sync(phone)
    expect(await phone.db.outbox.count()).toBe(0)
    await expectSameAsServer(phone, server)
  })

  it('leaves after "nothing new" too, but only as far as the header says', async () => {
    await sync(phone)
    await saveMutation(phone.db, { name: 'feedback.submit', args: { feedback_id: newId(), text: '字太小' } })
    const behind: Fault = async (_request, answer) => ({ ...(await answer()), headers: new Headers({ 'X-Last-Mid': '0' }) })
    server.faults = Array<Fault>(9).fill(behind)
    await sync(phone)
    expect(await phone.db.outbox.count()).toBe(1)
    server.faults = []
    await sync(phone)
    expect(await phone.db.outbox.count()).toBe(0)
  })
})

describe('the outbox', () => {
  it('keeps what was not answered, whatever a pull claims', async () => {
    const claim: Fault = async (request, answer) => {
      const given = await answer()
      if (request.path !== '/sync/pull' || given.json === null) return given
      server.faults = []
      await report(phone.db)
      return { ...given, json: { ...(given.json as object), last_mid: 99 } }
    }
    server.put('global', 'department', newId(), { code: 'x', name: 'x' })
    server.faults = [claim, claim]
    await sync(phone)
    await sync(phone)
    expect(server.applied).toHaveLength(1)
  })
})

describe('an answer', () => {
  it('for another mutation of the same number decides nothing', async () => {
    await report(phone.db)
    const swap: Fault = async (_request, answer) => {
      const given = await answer()
      const json = given.json as { results: object[] }
      return { ...given, json: { ...json, results: json.results.map((result) => ({ ...result, mutation_id: newId() })) } }
    }
    server.faults = [swap]
    await sync(phone)
    expect(await phone.db.outbox.toArray()).toMatchObject([{ state: 'waiting' }])
    await sync(phone)
    expect(server.applied).toHaveLength(1)
  })
})

describe('a wrong clock', () => {
  it('of ten years, or one that began again in 1970, gives the server an age that it can take', async () => {
    const year = 365 * 86_400_000
    for (const at of [0, Date.now() - 10 * year, Date.now() + 10 * year]) {
      const args = { feedback_id: newId(), text: 'x' }
      await saveMutation(phone.db, { name: 'feedback.submit', args, captured_at: new Date(at).toISOString() })
    }
    await sync(phone)
    const { mutations } = server.requests[0]?.json as { mutations: { age_ms: number }[] }
    const ages = mutations.map(({ age_ms }) => age_ms)
    expect(ages[0]).toBe(10 ** 12)
    expect(ages[1]).toBeGreaterThan(10 * year - 1000)
    expect(ages[2]).toBe(0)
    expect(server.applied).toHaveLength(3)
  })
})

describe('refusals', () => {
  it('go to the dead letters with their payload, vanish from the view, and block nobody', async () => {
    server.rejected.add('hazard.report')
    const { id, mutation } = await report(phone.db)
    const later = await saveMutation(phone.db, { name: 'feedback.submit', args: { feedback_id: newId(), text: '好' } })
    await sync(phone)
    expect(server.applied).toEqual([later])
    expect(await phone.db.dead.get(mutation)).toMatchObject({ code: 'validation', message: '不行', args: { case_id: id } })
    expect(await getRecord(phone.db, 'case', id)).toBeUndefined()
    expect(await phone.db.outbox.count()).toBe(0)
    expect(phone.engine.status).toMatchObject({ state: 'attention', dead: 1, pending: 0 })
  })

  it('take with them what depends on them', async () => {
    server.rejected.add('patrol.start')
    const patrol_id = newId()
    const start = await saveMutation(phone.db, { name: 'patrol.start', args: { patrol_id, kind: 'night', task_id: null, recording: true, position: null } })
    const end = await saveMutation(phone.db, { name: 'patrol.finish', args: { patrol_id, note: null, distance_m: 0, segments: 0, photos: [] }, deps: [start] })
    await sync(phone)
    expect(await phone.db.dead.get(end)).toMatchObject({ verdict: 'rejected', code: 'dep-failed' })
  })

  it('a held one is kept and its author still sees it', async () => {
    server.unknown.add('hazard.report')
    const { id, mutation } = await report(phone.db)
    await sync(phone)
    expect(await phone.db.dead.get(mutation)).toMatchObject({ verdict: 'held' })
    expect(await getRecord(phone.db, 'case', id)).toMatchObject({ state: 'reported', unsent: true })
  })
})

describe('identity', () => {
  it('goes on as a new client when the newest row was lost after it was sent (power loss)', async () => {
    await report(phone.db)
    const client = await getMeta(phone.db, 'client_id')
    server.faults = [loseAnswer]
    await sync(phone)
    await phone.db.outbox.clear()
    await phone.db.journal.clear()
    await setMeta(phone.db, 'next_mid', 1)
    const fresh = await report(phone.db)
    await sync(phone)
    expect(server.applied).toHaveLength(2)
    expect(await getMeta(phone.db, 'client_id')).not.toBe(client)
    expect(server.verdictOf(fresh.mutation)?.verdict).toBe('ok')
    expect(await listRecords(phone.db, 'case')).toHaveLength(2)
    await expectSameAsServer(phone, server)
  })

  it('fills a gap from the journal when the server has forgotten the last ones', async () => {
    await report(phone.db)
    await sync(phone)
    const backup = server.backup()
    const forgotten = await report(phone.db)
    await sync(phone)
    server.restore(backup, server.epoch)
    const client = await getMeta(phone.db, 'client_id')
    const fresh = await report(phone.db)
    await sync(phone)
    expect(await getMeta(phone.db, 'client_id')).toBe(client)
    expect(server.applied.slice(1)).toEqual([forgotten.mutation, fresh.mutation])
  })

  it('offers everything again under the same ids after a restore from backup', async () => {
    await report(phone.db)
    await sync(phone)
    const backup = server.backup()
    for (let i = 0; i < 3; i++) await report(phone.db)
    await sync(phone)
    const before = [...server.applied]
    server.restore(backup)
    await saveDraft(phone.db, { id: 'd9', kind: 'inspection', owner_id: 'h1', cursor: 'D01', data: {} })
    await sync(phone)
    expect([...server.applied].sort()).toEqual(before.sort())
    expect(new Set(server.applied).size).toBe(4)
    expect(await phone.db.drafts.count()).toBe(1)
    expect(await getMeta(phone.db, 'epoch')).toBe(server.epoch)
    await expectSameAsServer(phone, server)
  })

  it('offers again with the time at which the server took it to be captured, though the clock was turned since', async () => {
    const hour = 3_600_000
    const captured_at = new Date(phone.clock.now() - 5 * hour).toISOString()
    const backup = server.backup()
    await saveMutation(phone.db, { name: 'feedback.submit', args: { feedback_id: newId(), text: 'x' }, captured_at })
    await sync(phone)
    const accepted = Date.now() - 5 * hour
    server.restore(backup)
    phone.clock.turn(-2 * hour)
    await sync(phone)
    const pushes = server.requests.filter(({ path }) => path === '/sync/push')
    const [first, again] = [pushes[0], pushes.at(-1)].map((one) => (one?.json as { mutations: { server_captured_at?: string }[] }).mutations[0])
    expect(first).not.toHaveProperty('server_captured_at', expect.anything())
    expect(Math.abs(Date.parse(again?.server_captured_at ?? '') - accepted)).toBeLessThan(60_000)
  })

  it('keeps dead letters over a restore, until their mutation is accepted', async () => {
    await sync(phone)
    const backup = server.backup()
    server.rejected.add('hazard.report')
    const { mutation } = await report(phone.db)
    await sync(phone)
    server.restore(backup)
    await sync(phone)
    expect(await phone.db.dead.get(mutation)).toBeDefined()
    server.rejected.clear()
    server.restore(backup)
    await sync(phone)
    expect(await phone.db.dead.count()).toBe(0)
    expect(server.applied).toEqual([mutation])
  })
})

describe('the sync word', () => {
  it('is never "all sent" before the stores were counted', async () => {
    await report(phone.db)
    server.faults = [loseRequest]
    const words: string[] = []
    phone.engine.subscribe(({ state }) => words.push(state))
    await sync(phone)
    await sync(phone)
    expect(words.indexOf('all_sent')).toBeGreaterThan(words.indexOf('offline'))
    expect(words).toContain('sending')
    expect(words[words.length - 1]).toBe('all_sent')
  })
})

describe('trouble', () => {
  it.each([['413', null], ['a time-out', timeOut]])('halves the batch after %s until it fits', async (_name, fault) => {
    for (let i = 0; i < 12; i++) await report(phone.db)
    if (fault) server.faults = [fault, fault]
    else server.mostMutations = 3
    await sync(phone)
    expect(new Set(server.applied).size).toBe(12)
    const sizes = server.requests.filter(({ path }) => path === '/sync/push')
      .map(({ json }) => (json as { mutations: unknown[] }).mutations.length)
    expect(sizes.slice(0, 3)).toEqual([12, 6, 3])
  })

  it('asks for the password when the session is over, and loses nothing', async () => {
    server.rejected.add('hazard.report')
    await report(phone.db, [await shoot(phone.db, 300)])
    await sync(phone)
    server.rejected.clear()
    server.signedIn = false
    await report(phone.db, [await shoot(phone.db, 300)])
    await shoot(phone.db, 300)
    await saveDraft(phone.db, { id: 'd1', kind: 'hazard', owner_id: 'd1', cursor: null, data: { note: '一半' } })
    const { outbox, dead, drafts, photos, photo_bytes } = phone.db
    const stores = () => Promise.all([outbox, dead, drafts, photos, photo_bytes].map((store) => store.toArray() as Promise<unknown[]>))
    const before = await stores()
    expect(before.map((rows) => rows.length)).toEqual([1, 1, 1, 3, 3])
    await sync(phone)
    expect(phone.engine.status).toMatchObject({ state: 'attention', error: 'unauthenticated', pending: 1 })
    expect(await stores()).toEqual(before)
    server.signedIn = true
    await phone.engine.kick('signed-in')
    expect(phone.engine.status).toMatchObject({ error: null, pending: 0, dead: 1 })
    expect(await drafts.count()).toBe(1)
  })

  it('backs off after failures as the server asks, and longer each time', async () => {
    const busy: Fault = () => Promise.reject(new ProblemError('unavailable', 503, {}, 45_000))
    server.faults = [busy, loseRequest, loseRequest]
    await sync(phone)
    expect(phone.clock.next).toBe(45_000)
    const waits: number[] = []
    for (let i = 0; i < 2; i++) {
      phone.clock.turn(phone.clock.next)
      await phone.engine.kick('timer')
      waits.push(phone.clock.next)
    }
    expect(waits).toEqual([4000, 8000])
    phone.clock.turn(phone.clock.next)
    await phone.engine.kick('timer')
    expect(phone.clock.next).toBe(5 * 60_000)
    server.faults = [loseRequest]
    phone.clock.turn(phone.clock.next)
    await phone.engine.kick('timer')
    expect(phone.clock.next).toBe(2000)
    await phone.engine.kick('person')
    expect(phone.engine.status.error).toBeNull()
  })

  it('runs again by itself after a save', async () => {
    await sync(phone)
    const { mutation } = await report(phone.db)
    await expect.poll(() => server.applied).toEqual([mutation])
  })

  it('gives up an answer that decides nothing instead of asking for ever', async () => {
    await report(phone.db)
    server.faults = [async (_request, answer) => ({ ...(await answer()), json: { epoch: server.epoch, server_now: '', last_mid: 0, results: [] } })]
    await sync(phone)
    expect(server.requests).toHaveLength(1)
    expect(phone.engine.status.error).toBe('no-verdict')
  })
})
