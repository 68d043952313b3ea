/** The end of the queue: what every saved mutation goes through (docs/sync-protocol.md, section 8). */
import { clientId, getMeta, setMeta, type SavedEntry } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { OutboxRow } from '../db/schema'
import { newId } from '../domain/ids'
import { manifestOf } from '../domain/mutations'

/** Takes the next mid and the next place in the journal. */
async function takeNumbers(db: GridfieldDb, photos: number): Promise<{ mid: number; n: number }> {
  const mid = (await getMeta(db, 'next_mid')) ?? 1
  const n = ((await getMeta(db, 'saved_mutations')) ?? 0) + 1
  await setMeta(db, 'next_mid', mid + 1)
  await setMeta(db, 'saved_mutations', n)
  if (photos > 0) await setMeta(db, 'saved_photos', ((await getMeta(db, 'saved_photos')) ?? 0) + photos)
  return { mid, n }
}

async function attachPhotos(db: GridfieldDb, mutationId: string, photoIds: string[]): Promise<number> {
  if (photoIds.length === 0) return 0
  return db.photos.where('photo_id').anyOf(photoIds).modify({ mutation_id: mutationId, draft_id: null })
}

const RECENT = 50

function aboutOf(args: OutboxRow['args']): string | null {
  if ('house_id' in args) return args.house_id
  return 'task_id' in args ? args.task_id : null
}

async function noteRecent(db: GridfieldDb, entry: SavedEntry): Promise<void> {
  const recent = (await getMeta(db, 'saved_recent')) ?? []
  await setMeta(db, 'saved_recent', [...recent, entry].slice(-RECENT))
}

/**
 * Puts a mutation at the end of outbox and journal and gives it the photos of its manifest; answers its id.
 * Only inside a transaction over outbox, journal, photos and meta.
 */
export async function enqueue(
  db: GridfieldDb, { name, v, deps, captured_at, args }: Omit<OutboxRow, 'mid' | 'mutation_id' | 'state'>,
): Promise<string> {
  const now = Date.now()
  const sendable = { mutation_id: newId(now), name, v, deps, captured_at, args }
  const photoIds = manifestOf({ args }).map((photo) => photo.photo_id)
  const { mid, n } = await takeNumbers(db, await attachPhotos(db, sendable.mutation_id, photoIds))
  await db.outbox.add({ ...sendable, mid, state: 'waiting' })
  const unsent = { verdict: null, acked_at: null, dismissed: false }
  await db.journal.add({ ...sendable, ...unsent, n, mid, client_id: await clientId(db), saved_at: now })
  await noteRecent(db, { mutation_id: sendable.mutation_id, name, at: captured_at, about: aboutOf(args) })
  return sendable.mutation_id
}
