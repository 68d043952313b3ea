import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { OfflineError, ProblemError } from '../../src/api/http'
import { unsentWork } from '../../src/db/unsent'
import { photoBlob } from '../../src/db/photos'
import { setMeta } from '../../src/db/meta'
import type { PhotoManifest } from '../../src/domain/mutations'
import { newId } from '../../src/domain/ids'
import { pruneDaily } from '../../src/sync/prune'
import { listQueue } from '../../src/sync/queue'
import { discard } from '../../src/sync/refused'
import { saveMutation } from '../../src/sync/save'
import { newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer, type Fault } from './protocol-server'

let server: ProtocolServer
let phone: Phone

beforeEach(async () => {
  server = new ProtocolServer()
  phone = await newPhone(server)
})
afterEach(() => { phone.engine.stop() })

const uploads = (): string[] => server.requests.filter(({ path, method }) => path.startsWith('/sync/photos/') && method !== 'HEAD' && !path.endsWith('have')).map(({ method, path }) => `${method} ${path}`)
const stateOf = async (photoId: string): Promise<string | undefined> => (await phone.db.photos.get(photoId))?.state

describe('photos', () => {
  it('follow their record: thumbnails first, then those of hazards, then the rest', async () => {
    const rest = await shoot(phone.db, 300, { owner_kind: 'task' })
    const hazard = await shoot(phone.db, 400, { item_code: 'D01', owner_kind: 'task' })
    await report(phone.db, [rest, hazard])
    await sync(phone)
    expect(server.photos.arrived).toEqual([rest.thumb_sha256, hazard.thumb_sha256, hazard.sha256, rest.sha256])
    expect(await stateOf(rest.photo_id)).toBe('safe')
    expect(phone.engine.status).toMatchObject({ state: 'all_sent', photos_pending: 0 })
  })

  it('of an emergency go before all others, whole', async () => {
    const plain = await shoot(phone.db, 300)
    await report(phone.db, [plain])
    const urgent = await shoot(phone.db, 400)
    const later = await shoot(phone.db, 500)
    const case_id = newId()
    await saveMutation(phone.db, { name: 'hazard.urgent', args: { case_id, text: '三楼冒烟', position: null, photos: [urgent] } })
    await saveMutation(phone.db, { name: 'case.follow', args: { case_id, text: '已疏散', final: false, photos: [later] } })
    await sync(phone)
    expect(server.photos.arrived).toEqual([
      urgent.thumb_sha256, later.thumb_sha256, urgent.sha256, later.sha256, plain.thumb_sha256, plain.sha256,
    ])
  })

  it('of a draft never leave, nor before the record was answered', async () => {
    await shoot(phone.db, 300)
    const saved = await shoot(phone.db, 300)
    const lose: Fault = () => Promise.reject(new OfflineError('lost'))
    server.faults = [lose]
    await report(phone.db, [saved])
    await sync(phone)
    expect(uploads()).toEqual([])
    expect(await unsentWork(phone.db)).toMatchObject({ mutations: 1, photos: 2 })
  })

  it('go in pieces as large as the line takes in two seconds', async () => {
    const photos: PhotoManifest[] = []
    for (let i = 0; i < 4; i++) photos.push(await shoot(phone.db, 300_000))
    /** Milliseconds that a piece takes, by the photo: at once, at once, slowly, slowly. */
    const slow = new Set(photos.slice(2).map(({ sha256 }) => sha256))
    const pieces = new Map<string, number>()
    server.photos.took = (sha256) => {
      pieces.set(sha256, (pieces.get(sha256) ?? 0) + 1)
      if (slow.has(sha256)) phone.clock.turn(3000)
    }
    await report(phone.db, photos)
    await sync(phone)
    expect(photos.map(({ sha256 }) => pieces.get(sha256))).toEqual([3, 1, 1, 3])
  })

  it('of a record that was saved during the round wait for its turn', async () => {
    const photo = await shoot(phone.db, 300)
    server.faults = [async (_request, answer) => {
      await report(phone.db, [photo])
      return answer()
    }]
    await sync(phone)
    await sync(phone)
    const paths = server.requests.map(({ path }) => path)
    expect(paths.findIndex((path) => path.startsWith('/sync/photos/'))).toBeGreaterThan(paths.indexOf('/sync/push'))
    expect(await stateOf(photo.photo_id)).toBe('safe')
  })

  it('are offered again when the server comes back without them', async () => {
    const photo = await shoot(phone.db, 300)
    await report(phone.db, [photo])
    await sync(phone)
    server.photos.stored.clear()
    server.restore(server.backup())
    await sync(phone)
    expect(server.photos.stored).toContain(photo.sha256)
    expect(server.photos.stored).toContain(photo.thumb_sha256)
    expect(await stateOf(photo.photo_id)).toBe('safe')
  })

  it('go on at the byte where the connection was cut', async () => {
    const big = await shoot(phone.db, 300_000)
    await report(phone.db, [big])
    let patches = 0
    const cut: Fault = (request, answer) =>
      request.method === 'PATCH' && ++patches === 1 ? Promise.reject(new OfflineError('cut')) : answer()
    server.faults = Array<Fault>(8).fill(cut)
    await sync(phone)
    expect(await phone.db.photos.get(big.photo_id)).toMatchObject({ state: 'sending', offset: 131_072, problem: null })
    expect(phone.engine.status).toMatchObject({ state: 'offline', photos_pending: 1 })
    server.faults = []
    await sync(phone)
    expect(await stateOf(big.photo_id)).toBe('safe')
    expect(server.photos.received).toBe(300_000 + 100)
  })

  it('send a small picture that failed, though the original is safe already', async () => {
    const photo = await shoot(phone.db, 500)
    await report(phone.db, [photo])
    server.faults = Array.from({ length: 8 }, (): Fault => (request, answer) =>
      request.headers?.['Upload-Length'] === '100' ? Promise.reject(new ProblemError('upload-conflict', 409, {}, null)) : answer())
    await sync(phone)
    expect(await phone.db.photos.get(photo.photo_id)).toMatchObject({ state: 'safe', thumb_safe: false })
    server.faults = []
    await sync(phone)
    expect(await phone.db.photos.get(photo.photo_id)).toMatchObject({ state: 'safe', thumb_safe: true, problem: null })
    expect(server.photos.stored).toContain(photo.thumb_sha256)
  })

  it('give up a small picture that is refused for good, not the original', async () => {
    const photo = await shoot(phone.db, 500)
    await report(phone.db, [photo])
    server.photos.notImage = photo.thumb_sha256
    await sync(phone)
    expect(await phone.db.photos.get(photo.photo_id)).toMatchObject({ state: 'safe', thumb_sha256: null, problem: null })
  })

  it('leave nothing behind that listens for the end of the engine', async () => {
    const [add, remove] = [vi.spyOn(AbortSignal.prototype, 'addEventListener'), vi.spyOn(AbortSignal.prototype, 'removeEventListener')]
    await report(phone.db, [await shoot(phone.db, 500)])
    await sync(phone)
    expect(add).toHaveBeenCalled()
    expect(remove.mock.calls.length).toBe(add.mock.calls.length)
    vi.restoreAllMocks()
  })

  it('begin anew when the server no longer knows the upload', async () => {
    const big = await shoot(phone.db, 300_000)
    await report(phone.db, [big])
    const cut: Fault = (request, answer) => request.method === 'PATCH' ? Promise.reject(new OfflineError('cut')) : answer()
    server.faults = Array<Fault>(8).fill(cut)
    await sync(phone)
    server.faults = []
    server.photos.uploads.clear()
    await sync(phone)
    expect(await stateOf(big.photo_id)).toBe('safe')
  })

  it('are not sent twice when the server has them', async () => {
    const photo = await shoot(phone.db, 500)
    await report(phone.db, [photo])
    server.photos.stored.add(photo.sha256)
    server.photos.stored.add(photo.thumb_sha256 ?? '')
    await sync(phone)
    expect(uploads()).toEqual([])
    expect(await stateOf(photo.photo_id)).toBe('safe')
  })

  it('are safe only when the server has said that it holds their hash', async () => {
    const photo = await shoot(phone.db, 500)
    await report(phone.db, [photo])
    server.photos.stored.add = () => server.photos.stored
    await sync(phone)
    expect(await phone.db.photos.get(photo.photo_id)).toMatchObject({ state: 'sending', upload_url: null, offset: 0 })
    server.photos.stored.add = Set.prototype.add.bind(server.photos.stored)
    await sync(phone)
    expect(await stateOf(photo.photo_id)).toBe('safe')
  })

  it('wait without holding up others while their manifest is missing', async () => {
    const [early, other] = [await shoot(phone.db, 500), await shoot(phone.db, 600)]
    await report(phone.db, [early])
    await report(phone.db, [other])
    const late: Fault = async (request, answer) => {
      const given = await answer()
      if (request.path === '/sync/push') server.photos.expected.delete(early.sha256)
      return given
    }
    server.faults = [late]
    await sync(phone)
    expect(await phone.db.photos.get(early.photo_id)).toMatchObject({ state: 'local', problem: 'manifest-missing' })
    expect(await stateOf(other.photo_id)).toBe('safe')
    server.photos.expected.add(early.sha256)
    await sync(phone)
    expect(await phone.db.photos.get(early.photo_id)).toMatchObject({ state: 'safe', problem: null })
  })

  it('that are no pictures ask for the worker, and are not sent for ever', async () => {
    const photo = await shoot(phone.db, 500)
    server.photos.notImage = photo.sha256
    await report(phone.db, [photo])
    await sync(phone)
    expect(phone.engine.status).toMatchObject({ state: 'attention', photos_pending: 0, photos_refused: 1 })
    const before = uploads().length
    await sync(phone)
    expect(uploads()).toHaveLength(before)
    expect(await photoBlob(phone.db, photo.photo_id)).not.toBeNull()
  })

  it('let new work go first', async () => {
    const photos = [await shoot(phone.db, 500), await shoot(phone.db, 600)]
    await report(phone.db, photos)
    let saved: Promise<{ mutation: string }> | undefined
    const saveMeanwhile: Fault = async (request, answer) => {
      if (request.method === 'POST' && request.path === '/sync/photos/' && !saved) {
        saved = report(phone.db)
        await saved
        void phone.engine.kick('live')
      }
      return answer()
    }
    server.faults = Array<Fault>(6).fill(saveMeanwhile)
    await sync(phone)
    const paths = server.requests.map(({ path, method }) => (path === '/sync/push' ? 'push' : method))
    expect(paths.lastIndexOf('push')).toBeLessThan(paths.lastIndexOf('POST'))
    expect(server.photos.arrived).toHaveLength(4)
    expect(server.applied).toContain((await saved)?.mutation)
  })
})

describe('the sync screen\'s list', () => {
  it('tells where each thing stands, and lets a refusal go with its photos', async () => {
    const photo = await shoot(phone.db, 500)
    server.rejected.add('hazard.report')
    const { mutation } = await report(phone.db, [photo])
    expect(await listQueue(phone.db)).toMatchObject([{ mutation_id: mutation, state: 'device', photos: { total: 1, safe: 0 } }])
    await sync(phone)
    expect(await listQueue(phone.db)).toMatchObject([{ state: 'refused', dead: { message: '不行' } }])
    await discard(phone.db, mutation, '重复了')
    expect(await listQueue(phone.db)).toMatchObject([{ name: 'rejected.resolve', state: 'device' }])
    await sync(phone)
    expect(Object.values(await unsentWork(phone.db))).toEqual([0, 0, 0, 0])
  })

  it('says "safe" only when the photos are', async () => {
    const photo = await shoot(phone.db, 500)
    await report(phone.db, [photo])
    server.photos.stored.add = () => server.photos.stored
    await sync(phone)
    expect(await listQueue(phone.db)).toMatchObject([{ state: 'sending', photos: { total: 1, safe: 0 } }])
    server.photos.stored.add = Set.prototype.add.bind(server.photos.stored)
    await sync(phone)
    expect(await listQueue(phone.db)).toMatchObject([{ state: 'safe', photos: { total: 1, safe: 1 } }])
  })
})

describe('forgetting', () => {
  it('drops old originals that are safe and old answered work, and nothing else', async () => {
    const kept = await shoot(phone.db, 500)
    const photo = await shoot(phone.db, 400)
    const sent = await report(phone.db, [photo])
    await sync(phone)
    const unsent = await report(phone.db, [kept])
    const context = { db: phone.db, http: server, clock: phone.clock, app: '', signal: new AbortController().signal }
    const later = async (days: number): Promise<void> => {
      phone.clock.turn(days * 86_400_000)
      await setMeta(phone.db, 'server_now', phone.clock.now())
    }
    await later(15)
    await pruneDaily(context)
    expect(await photoBlob(phone.db, photo.photo_id, 'original')).toBeNull()
    expect(await photoBlob(phone.db, photo.photo_id, 'thumb')).not.toBeNull()
    expect(await phone.db.journal.count()).toBe(2)
    await later(20)
    await pruneDaily(context)
    expect(await phone.db.journal.toCollection().primaryKeys()).toEqual([unsent.mutation])
    expect(await phone.db.journal.get(sent.mutation)).toBeUndefined()
    expect(await photoBlob(phone.db, kept.photo_id)).not.toBeNull()
  })

  it('does not take a clock that was turned ten years ahead for ten years', async () => {
    const photo = await shoot(phone.db, 400)
    const { mutation } = await report(phone.db, [photo])
    await sync(phone)
    phone.clock.turn(3650 * 86_400_000)
    await sync(phone)
    expect(await phone.db.journal.get(mutation)).toBeDefined()
    expect(await photoBlob(phone.db, photo.photo_id)).not.toBeNull()
  })
})
