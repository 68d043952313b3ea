/** A phone for the tests: real stores on fake-indexeddb, a clock that is turned by hand. */
import { setMeta } from '../../src/db/meta'
import { GridfieldDb } from '../../src/db/open'
import { newId } from '../../src/domain/ids'
import type { PhotoRole } from '../../src/domain/geo'
import type { HazardReport, PhotoManifest } from '../../src/domain/mutations'
import { addPhoto } from '../../src/db/photos'
import type { Clock } from '../../src/sync/clock'
import { SyncEngine, type EngineOptions } from '../../src/sync/engine'
import { saveMutation } from '../../src/sync/save'
import type { Http } from '../../src/api/http'

export class HandClock implements Clock {
  #now = Date.now()
  #timers: { at: number; call: () => void }[] = []

  now(): number { return this.#now }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call }
    this.#timers.push(timer)
    return () => { this.#timers = this.#timers.filter((other) => other !== timer) }
  }

  /** Milliseconds until the next timer; Infinity when there is none. */
  get next(): number { return Math.min(...this.#timers.map(({ at }) => at)) - this.#now }

  turn(ms: number): void {
    this.#now += ms
    const due = this.#timers.filter(({ at }) => at <= this.#now)
    this.#timers = this.#timers.filter(({ at }) => at > this.#now)
    for (const { call } of due) call()
  }
}

export interface Phone {
  db: GridfieldDb
  engine: SyncEngine
  clock: HandClock
}

let phones = 0

/** A phone that has been signed in; its engine runs but never by itself. */
export async function newPhone(http: Http, options: Partial<EngineOptions> = {}): Promise<Phone> {
  const db = new GridfieldDb(`test-${String(++phones)}-${newId()}`)
  await setMeta(db, 'session', { user: { id: 'u1', username: 'w', name: '张三', phone_masked: null } } as never)
  const clock = new HandClock()
  await setMeta(db, 'verified_at', clock.now())
  return { db, clock, engine: new SyncEngine({ db, http, clock, random: () => 0.5, ...options }) }
}

/** One complete round, asked for by the person. */
export async function sync({ engine }: Pick<Phone, 'engine'>): Promise<void> {
  engine.start()
  await engine.kick('person')
}

export function hazard(caseId = newId(), photos: PhotoManifest[] = []): HazardReport {
  return {
    case_id: caseId, item_code: 'fire', severity: null, house_id: null, grid_id: 'g1', note: null, address: null,
    position: null, photos,
  }
}

/** Saves a hazard report and answers the ids of mutation and case. */
export async function report(db: GridfieldDb, photos: PhotoManifest[] = []): Promise<{ mutation: string; id: string }> {
  const args = hazard(newId(), photos)
  return { mutation: await saveMutation(db, { name: 'hazard.report', args }), id: args.case_id }
}

async function hexHash(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes.slice())
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Takes a photo of so many bytes, with a thumbnail, for a draft. */
export async function shoot(db: GridfieldDb, size: number, more: { item_code?: string; owner_kind?: 'task' | 'case'; role?: PhotoRole; drawing_of?: string } = {}): Promise<PhotoManifest> {
  const photo_id = newId()
  const data = Uint8Array.from({ length: size }, (_, i) => (i * 31 + photo_id.charCodeAt(i % 36)) % 256)
  const thumb = data.slice(0, 100)
  const facts = {
    photo_id, sha256: await hexHash(data), bytes: size, type: 'image/jpeg' as const, role: more.role ?? ('evidence' as const),
    item_code: more.item_code ?? null, captured_at: new Date().toISOString(), lng: null, lat: null, accuracy: null,
    thumb_sha256: await hexHash(thumb), thumb_bytes: thumb.length, ...(more.drawing_of ? { drawing_of: more.drawing_of } : {}),
  }
  const owner = { draft_id: 'd1', owner_kind: more.owner_kind ?? ('case' as const), owner_id: 'o1' }
  await addPhoto(db, { ...facts, ...owner, data: data.buffer, thumb: thumb.buffer })
  return facts
}
