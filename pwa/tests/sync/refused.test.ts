import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { unsentWork } from '../../src/db/unsent'
import { discardDraft, saveDraft } from '../../src/db/drafts'
import { copyPhotos, draftPhotos } from '../../src/db/photos'
import { newId } from '../../src/domain/ids'
import type { PatrolTrack, RejectedResolve } from '../../src/domain/mutations'
import { getMeta } from '../../src/db/meta'
import { fork, newEpoch } from '../../src/sync/client'
import { discard, sendAgain } from '../../src/sync/refused'
import { saveMutation } from '../../src/sync/save'
import { hazard, newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer } from './protocol-server'

let server: ProtocolServer
let phone: Phone

beforeEach(async () => {
  server = new ProtocolServer()
  phone = await newPhone(server)
})
afterEach(() => { phone.engine.stop() })

/** What the outbox holds, as far as it matters here. */
async function waiting(): Promise<[string, unknown][]> {
  const rows = await phone.db.outbox.orderBy('mid').filter(({ state }) => state === 'waiting').toArray()
  return rows.map(({ name, args }) => [name, args])
}

function notice(code: string, mutationId: string): void {
  server.put('user:u1', 'notice', newId(), { code, title: '', text: '', mutation_id: mutationId, created_at: '' })
}

async function refused(photos = 0): Promise<{ mutation: string; id: string }> {
  server.rejected.add('hazard.report')
  const taken = await Promise.all(Array.from({ length: photos }, () => shoot(phone.db, 500)))
  const saved = await report(phone.db, taken)
  await sync(phone)
  server.rejected.clear()
  return saved
}

describe('a draft that mends a refusal', () => {
  it('is sent in its place: the letter leaves, and the centre hears by what it was replaced', async () => {
    const { mutation, id } = await refused()
    const before = await phone.db.dead.get(mutation)
    await saveDraft(phone.db, { id, kind: 'hazard', owner_id: id, cursor: null, data: {}, replaces: mutation })
    // Typing on writes the draft again, without a word of what it replaces.
    await saveDraft(phone.db, { id, kind: 'hazard', owner_id: id, cursor: null, data: { note: '改' } })
    const fresh = await saveMutation(phone.db, { name: 'hazard.report', args: hazard(id), draftId: id })
    expect(await phone.db.dead.count()).toBe(0)
    expect(await waiting()).toEqual([
      ['hazard.report', hazard(id)],
      ['rejected.resolve', { mutation_id: mutation, resolution: 'sent_again', reason: null, replaced_by: fresh }],
    ])
    // The visit took place when it took place.
    expect((await phone.db.journal.get(fresh))?.captured_at).toBe(before?.captured_at)
    await sync(phone)
    expect(server.applied).toContain(fresh)
    expect(Object.values(await unsentWork(phone.db))).toEqual([0, 0, 0, 0])
  })

  it('leaves the letter alone when nothing is saved', async () => {
    const { mutation, id } = await refused()
    await saveDraft(phone.db, { id, kind: 'hazard', owner_id: id, cursor: null, data: {}, replaces: mutation })
    const failing = saveMutation(phone.db, {
      name: 'hazard.report', args: hazard(id), draftId: id, alongside: () => Promise.reject(new Error('disk full')),
    })
    await expect(failing).rejects.toThrow('disk full')
    expect([await phone.db.dead.count(), await phone.db.drafts.count()]).toEqual([1, 1])
    expect(await waiting()).toEqual([])
  })

  it('has photos of its own, so that throwing it away costs the letter none', async () => {
    const { mutation, id } = await refused(1)
    server.photos.stored.clear()
    await phone.db.photos.toCollection().modify({ state: 'local' })
    await saveDraft(phone.db, { id: 'd2', kind: 'hazard', owner_id: id, cursor: null, data: {}, replaces: mutation })
    await phone.db.transaction('rw', phone.db.photos, phone.db.photo_bytes, async () => await copyPhotos(phone.db, mutation, { draft_id: 'd2', owner_id: id }))
    expect(await draftPhotos(phone.db, 'd2')).toMatchObject([{ mutation_id: null, state: 'local', bytes: 500 }])
    await discardDraft(phone.db, 'd2')
    expect(await phone.db.photos.toArray()).toMatchObject([{ mutation_id: mutation }])
    expect(await phone.db.photo_bytes.count()).toBe(1)
  })
})

describe('sending again as it is', () => {
  it('takes along what was refused only because of it, in order and resting on the new one', async () => {
    server.rejected.add('patrol.start')
    const patrol_id = newId()
    const start = await saveMutation(phone.db, { name: 'patrol.start', args: { patrol_id, kind: 'night', task_id: null, recording: true, position: null } })
    for (const seq of [0, 1]) {
      const args: PatrolTrack = { patrol_id, seq, started_at: new Date().toISOString(), points: [[1, 1, 1, 1]] }
      await saveMutation(phone.db, { name: 'patrol.track', args, deps: [start] })
    }
    await sync(phone)
    expect(await phone.db.dead.count()).toBe(3)
    expect(phone.engine.status).toMatchObject({ dead: 3, quiet: 2 })
    server.rejected.clear()
    await sendAgain(phone.db, start)
    expect(await phone.db.dead.count()).toBe(0)
    const sent = await phone.db.outbox.orderBy('mid').filter(({ state }) => state === 'waiting').toArray()
    const fresh = sent.find(({ name }) => name === 'patrol.start')?.mutation_id
    const tracks = sent.filter(({ name }) => name === 'patrol.track')
    expect(tracks.map(({ args, deps }) => [(args as PatrolTrack).seq, deps])).toEqual([[0, [fresh]], [1, [fresh]]])
    await sync(phone)
    expect(await phone.db.dead.count()).toBe(0)
    expect(server.applied).toEqual(expect.arrayContaining(sent.map(({ mutation_id }) => mutation_id)))
  })

  it('of one that rested on something sent again before rests on what was sent for it', async () => {
    server.rejected.add('patrol.start')
    const patrol_id = newId()
    const start = await saveMutation(phone.db, { name: 'patrol.start', args: { patrol_id, kind: 'day', task_id: null, recording: false, position: null } })
    await sync(phone)
    server.rejected.clear()
    await sendAgain(phone.db, start)
    const end = await saveMutation(phone.db, { name: 'patrol.finish', args: { patrol_id, note: null, distance_m: 0, segments: 0, photos: [] }, deps: [start] })
    await sync(phone)
    expect((await phone.db.dead.get(end))?.code).toBe('dep-failed')
    await sendAgain(phone.db, end)
    await sync(phone)
    expect(await phone.db.dead.count()).toBe(0)
  })

  it('is not for what is held: the centre has it', async () => {
    server.unknown.add('hazard.report')
    const { mutation } = await report(phone.db)
    await sync(phone)
    await sendAgain(phone.db, mutation)
    await discard(phone.db, mutation, '不要了')
    expect(await phone.db.dead.count()).toBe(1)
    expect(await waiting()).toEqual([])
  })
})

describe('letting a refusal go', () => {
  it('keeps it away when the server has forgotten it and refuses it once more', async () => {
    const backup = server.backup()
    const { mutation } = await refused()
    await discard(phone.db, mutation, '重复')
    server.restore(backup, server.epoch) // the queue has a gap now, and all of it is sent again
    server.rejected.add('hazard.report')
    await sync(phone)
    expect(server.verdictOf(mutation)?.verdict).toBe('rejected')
    expect(await phone.db.dead.count()).toBe(0)
  })

  it('leaves the queue only with its answer, whatever becomes of the server meanwhile', async () => {
    const { mutation } = await refused()
    await discard(phone.db, mutation, '重复')
    const client = (await getMeta(phone.db, 'client_id')) ?? ''
    const queue = async (): Promise<string[]> => (await phone.db.outbox.toArray()).map((row) => `${row.name} ${row.state}`)
    await fork(phone.db, client)
    expect(await queue()).toEqual(['rejected.resolve waiting'])
    await phone.db.outbox.bulkPut((await phone.db.journal.orderBy('n').toArray()).map((row, i) => ({ ...row, mid: i + 1, state: 'waiting' as const })))
    await newEpoch(phone.db, 'another')
    expect(await queue()).toEqual(['hazard.report waiting', 'rejected.resolve waiting'])
  })

  it('tells the centre why, takes its unsent photos and the draft that would mend it', async () => {
    const { mutation, id } = await refused(1)
    await phone.db.photos.toCollection().modify({ state: 'local' })
    await saveDraft(phone.db, { id, kind: 'hazard', owner_id: id, cursor: null, data: {}, replaces: mutation })
    await discard(phone.db, mutation, '已当面处理')
    const [[name, args] = []] = await waiting()
    expect(name).toBe('rejected.resolve')
    expect(args as RejectedResolve).toEqual({ mutation_id: mutation, resolution: 'discarded', reason: '已当面处理', replaced_by: null })
    expect([await phone.db.photos.count(), await phone.db.drafts.count()]).toEqual([0, 0])
  })
})

describe('what the centre decides', () => {
  it('by hand for it: the letter leaves, its photos are sent, and nothing is sent twice', async () => {
    const { mutation } = await refused(1)
    await phone.db.photos.toCollection().modify({ state: 'local', thumb_safe: false })
    server.photos.stored.clear()
    notice('accepted-by-hand', mutation)
    await sync(phone)
    expect(await phone.db.dead.count()).toBe(0)
    expect(await phone.db.journal.get(mutation)).toMatchObject({ verdict: 'ok', dismissed: false })
    expect(server.photos.stored.size).toBe(2)
    expect(server.applied).toEqual([])
  })

  it('against it: the letter leaves and is not offered again after a restore', async () => {
    const { mutation } = await refused(1)
    notice('discarded-by-centre', mutation)
    await sync(phone)
    expect(Object.values(await unsentWork(phone.db))).toEqual([0, 0, 0, 0])
    server.restore(server.backup())
    const asked = server.requests.length
    await sync(phone)
    const pushed = server.requests.slice(asked).filter(({ path }) => path === '/sync/push')
    expect(JSON.stringify(pushed.map(({ json }) => json))).not.toContain(mutation)
  })

  it('of others\' notices changes nothing', async () => {
    const { mutation } = await refused()
    notice('validation', mutation)
    notice('accepted-by-hand', newId())
    await sync(phone)
    expect(await phone.db.dead.count()).toBe(1)
  })
})

describe('what is held', () => {
  it('has its photos at the server, and does not trouble its author', async () => {
    server.unknown.add('hazard.report')
    await report(phone.db, [await shoot(phone.db, 500)])
    await sync(phone)
    expect(server.photos.stored.size).toBe(2)
    expect(phone.engine.status).toMatchObject({ state: 'all_sent', dead: 1, quiet: 1 })
  })
})
