/** Everything unsent in one file for the centre alone (docs/sync-protocol.md, section 8; ADR 0008). */
import { getMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { DeadRow, JournalRow, OutboxRow, StoredPhoto } from '../db/schema'
import { ageOf } from './push'
import { tar, type TarPart } from './tar'

const FORMAT = 1
/** Encrypted bytes are handed to the browser in pieces of this size: it may keep them on the disk. */
const PIECE = 4 * 1024 * 1024

/** This phone has never heard for whom to encrypt: it must have been online once since the update. */
export class NoRescueKey extends Error {
  override name = 'NoRescueKey'
}

type Unsent = OutboxRow | DeadRow | JournalRow

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** What the server has not answered, in the order of saving, after what it refused. */
async function allUnsent(db: GridfieldDb): Promise<Unsent[]> {
  const dead = await db.dead.toArray()
  const waiting = await db.outbox.orderBy('mid').filter(({ state }) => state === 'waiting').toArray()
  return [...dead.sort((a, b) => a.at - b.at), ...waiting]
}

/** Some mutations, wherever this phone still has them. */
async function chosen(db: GridfieldDb, ids: readonly string[]): Promise<Unsent[]> {
  const [journal, dead] = await Promise.all([db.journal.bulkGet([...ids]), db.dead.bulkGet([...ids])])
  return ids.flatMap((_, i) => journal[i] ?? dead[i] ?? [])
}

function unsafePhotos(db: GridfieldDb, only: readonly string[] | undefined): Promise<StoredPhoto[]> {
  const unsafe = db.photos.where('state').anyOf('local', 'sending')
  return unsafe.filter(({ mutation_id }) => only === undefined || only.includes(mutation_id ?? '')).toArray()
}

async function header(db: GridfieldDb, now: number): Promise<TarPart> {
  const session = await getMeta(db, 'session')
  return {
    name: 'rescue.json',
    bytes: json({
      format: FORMAT, user_id: db.userId, device_id: session?.device_id, app: 'gridfield-pwa',
      made_at: new Date(now).toISOString(), clock_offset_ms: Math.round((await getMeta(db, 'clock_offset_ms')) ?? 0),
    }),
  }
}

function recordPart(row: Unsent, index: number, now: number): TarPart {
  const { mutation_id, name, v, deps, captured_at, server_captured_at, args } = row
  return {
    name: `mutations/${String(index + 1).padStart(6, '0')}.json`,
    bytes: json({ mutation_id, name, v, deps, captured_at, server_captured_at, age_ms: ageOf(captured_at, now), args }),
  }
}

async function* photoParts(db: GridfieldDb, photo: StoredPhoto): AsyncGenerator<TarPart> {
  const stored = await db.photo_bytes.get(photo.photo_id)
  const { thumb_sha256, thumb_safe, sha256 } = photo
  if (stored?.thumb && thumb_sha256 !== null && !thumb_safe) yield { name: `photos/${thumb_sha256}`, bytes: new Uint8Array(stored.thumb) }
  if (stored?.data) yield { name: `photos/${sha256}`, bytes: new Uint8Array(stored.data) }
}

async function* parts(db: GridfieldDb, only: readonly string[] | undefined, now: number): AsyncGenerator<TarPart> {
  yield await header(db, now)
  const rows = only === undefined ? await allUnsent(db) : await chosen(db, only)
  for (const [index, row] of rows.entries()) yield recordPart(row, index, now)
  const drafts = only === undefined ? await db.drafts.toArray() : []
  for (const draft of drafts) yield { name: `drafts/${draft.id}.json`, bytes: json(draft) }
  for (const photo of await unsafePhotos(db, only)) yield* photoParts(db, photo)
}

function streamOf(chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const step = await chunks.next()
      if (step.done) controller.close()
      else controller.enqueue(step.value)
    },
    async cancel() { await chunks.return(undefined) },
  })
}

/** The stream's bytes as blobs of some megabytes each. */
async function collect(stream: ReadableStream<Uint8Array>): Promise<Blob[]> {
  const blobs: Blob[] = []
  let chunks: BlobPart[] = []
  let size = 0
  const reader = stream.getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (value) {
      chunks.push(value as Uint8Array<ArrayBuffer>)
      size += value.length
    }
    if (size >= PIECE || done) {
      blobs.push(new Blob(chunks))
      chunks = []
      size = 0
    }
    if (done) return blobs
  }
}

/** The file's name: whose it is and when it was made, in signs that every chat and cable takes. */
function nameOf(username: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/\D/g, '').slice(0, 14)
  return `gridfield-${username.replace(/[^\w.-]/g, '_')}-${stamp}.age`
}

/**
 * Seals what is unsent into one file that only the centre can open; `only` names some mutations, else all are meant.
 *
 * Nothing on the phone changes: what the file holds is still sent when there is a network. Throws `NoRescueKey`.
 */
export async function makeRescueFile(db: GridfieldDb, only?: readonly string[]): Promise<File> {
  const now = Date.now()
  const session = await getMeta(db, 'session')
  if (!session?.rescue_recipient) throw new NoRescueKey()
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  encrypter.addRecipient(session.rescue_recipient)
  const sealed = await encrypter.encrypt(streamOf(tar(parts(db, only, now))))
  return new File(await collect(sealed), nameOf(session.user.username, now), { type: 'application/octet-stream' })
}
