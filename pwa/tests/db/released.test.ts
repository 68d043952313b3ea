/**
 * A phone that slept through releases opens with today's code and finds everything. Before a shape of the stores
 * is released, `RECORD=1 npx vitest run tests/db` records it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { unsentWork } from '../../src/db/unsent'
import { draftOf, saveDraft } from '../../src/db/drafts'
import { getMeta, setMeta } from '../../src/db/meta'
import { GridfieldDb, VERSIONS } from '../../src/db/open'
import { photoBlob } from '../../src/db/photos'
import { newId } from '../../src/domain/ids'
import { SyncEngine } from '../../src/sync/engine'
import { listQueue } from '../../src/sync/queue'
import { saveMutation } from '../../src/sync/save'
import { getRecord } from '../../src/sync/view'
import { HandClock, newPhone, report, shoot, sync } from '../sync/phone'
import { ProtocolServer } from '../sync/protocol-server'
import { readRecording, record, restore, type Recording } from './recording'

const fileOf = (version: number): string => `tests/db/released/${version}.json`
const versions = Object.keys(VERSIONS).map(Number)

/** A worker in the middle of the day: something in every store. */
async function recordToday(): Promise<void> {
  const server = new ProtocolServer()
  server.put('grid:g1', 'house', 'h1', { address: '华山路 1 号', state: 'unchecked' })
  const { db, engine } = await newPhone(server)
  server.rejected.add('feedback.submit')
  await saveMutation(db, { name: 'feedback.submit', args: { feedback_id: 'f1', text: '字太小' } })
  await report(db)
  await sync({ engine })
  engine.stop()
  const photo = await shoot(db, 300)
  await report(db, [photo])
  await saveDraft(db, { id: 'd1', kind: 'inspection', owner_id: 'h1', cursor: 'D01', data: { note: '写到一半' } })
  await shoot(db, 200)
  await db.track.put({ patrol_id: 'p1', seq: 0, started_at: 1, fixes: [{ lng: 121, lat: 32, at: 1, accuracy: 5 }] })
  const version = Math.max(...versions)
  writeFileSync(fileOf(version), await record(`gridfield-${db.userId}`))
}

if (process.env.RECORD) await recordToday()

async function opened(version: number): Promise<{ recording: Recording; db: GridfieldDb }> {
  const recording = readRecording(readFileSync(fileOf(version), 'utf8'))
  const user = newId()
  await restore(`gridfield-${user}`, recording)
  return { recording, db: new GridfieldDb(user) }
}

describe('the stores of every release', () => {
  it.each(versions)('version %i is recorded, with rows in each store, as the code declares it', (version) => {
    expect(existsSync(fileOf(version)), 'record it before it is released').toBe(true)
    const { stores } = readRecording(readFileSync(fileOf(version), 'utf8'))
    expect(Object.entries(stores).filter(([, { rows }]) => rows.length === 0)).toEqual([])
    const column = (path: string | string[]): string => (Array.isArray(path) ? `[${path.join('+')}]` : path)
    const declared = Object.entries(stores).map(([name, { keyPath, indexes }]) =>
      [name, [column(keyPath), ...indexes.map((index) => `${index.unique ? '&' : ''}${column(index.keyPath)}`).sort()]])
    const wanted = Object.entries(VERSIONS[version] ?? {}).map(([name, columns]) => {
      const [key, ...indexes] = columns.split(', ')
      return [name, [key, ...indexes.sort()]]
    })
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(wanted))
  })

  it.each(versions)('version %i opens with every row that it held', async (version) => {
    const { recording, db } = await opened(version)
    for (const [name, { rows }] of Object.entries(recording.stores)) {
      expect(await db.table(name).toArray(), name).toEqual(rows)
    }
    db.close()
  })

  it.each(versions)('version %i goes on working: the worker sees all, and all is sent', async (version) => {
    const { recording, db } = await opened(version)
    const server = new ProtocolServer()
    server.epoch = String(await getMeta(db, 'epoch'))
    expect((await listQueue(db)).map(({ state }) => state).sort()).toEqual(['device', 'refused', 'safe'])
    expect(await unsentWork(db)).toEqual({ mutations: 1, dead: 1, drafts: 1, photos: 2 })
    expect(await draftOf(db, 'inspection', 'h1')).toMatchObject({ cursor: 'D01', data: { note: '写到一半' } })
    expect(await getRecord(db, 'house', 'h1')).toMatchObject({ address: '华山路 1 号' })
    const [photo] = recording.stores.photos?.rows as { photo_id: string; bytes: number }[]
    expect((await photoBlob(db, photo?.photo_id ?? ''))?.size).toBe(photo?.bytes)
    const waiting = await db.outbox.filter(({ state }) => state === 'waiting').first()
    // The server has the history that the phone remembers.
    await setMeta(db, 'client_id', newId())
    await db.outbox.clear()
    await db.outbox.add({ ...(waiting ?? (await Promise.reject(new Error('nothing waits')))), mid: 1 })
    const engine = new SyncEngine({ db, http: server, clock: new HandClock(), random: () => 0.5 })
    await sync({ engine })
    engine.stop()
    expect(server.applied).toEqual([waiting?.mutation_id])
    expect(server.photos.stored.size).toBe(2)
    db.close()
  })
})
