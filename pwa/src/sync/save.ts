/** Saving: one strict-durability transaction (docs/sync-protocol.md, section 8). */
import { clientId, getMeta, setMeta, type SavedEntry } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { OutboxRow } from '../db/schema'
import { newId } from '../domain/ids'
import { manifestOf, type MutationArgs, type MutationName } from '../domain/mutations'
import { noteSaved } from './integrity'

export interface NewMutation<N extends MutationName = MutationName> {
  name: N
  args: MutationArgs[N]
  /** The version of the arguments; 1 when not given. */
  v?: number
  /** Mutations without which this one makes no sense: it is refused when one of them was. */
  deps?: string[]
  /** When it was done, RFC 3339; now when not given. */
  captured_at?: string
  /** The draft that this finishes: it leaves in the same transaction. */
  draftId?: string
  /** Writes to drafts, photos, track or meta that belong to the same transaction; nothing else may be awaited. */
  alongside?: () => Promise<unknown>
}

/** Takes the next mid and the next place in the journal; only inside a transaction over `meta`. */
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

/**
 * Puts what the worker did into the outbox and the journal and takes the draft out, all or nothing.
 * Resolves with the mutation's id when it is on the disk: only then may a screen say "saved".
 */
export async function saveMutation<N extends MutationName>(
  db: GridfieldDb, mutation: NewMutation<N>,
): Promise<string> {
  const { name, args, v = 1, deps = [], draftId } = mutation
  const now = Date.now()
  const mutationId = newId(now)
  const capturedAt = mutation.captured_at ?? new Date(now).toISOString()
  const photoIds = manifestOf({ args }).map((photo) => photo.photo_id)
  const tables = [db.outbox, db.journal, db.drafts, db.photos, db.photo_bytes, db.track, db.meta]
  await db.transaction('rw', tables, async () => {
    const { mid, n } = await takeNumbers(db, await attachPhotos(db, mutationId, photoIds))
    const sendable = { mutation_id: mutationId, name, v, deps, captured_at: capturedAt, args }
    const row: OutboxRow = { ...sendable, mid, state: 'waiting' }
    await db.outbox.add(row)
    const unsent = { verdict: null, acked_at: null, dismissed: false }
    await db.journal.add({ ...sendable, ...unsent, n, mid, client_id: await clientId(db), saved_at: now })
    if (draftId !== undefined) await takeDraftOut(db, draftId)
    await mutation.alongside?.()
    await noteRecent(db, { mutation_id: mutationId, name, at: capturedAt })
  })
  await noteSaved(db)
  return mutationId
}

/** The draft leaves, and with it the photos that were taken for it but are in no manifest. */
async function takeDraftOut(db: GridfieldDb, draftId: string): Promise<void> {
  const left = await db.photos.where('draft_id').equals(draftId).primaryKeys()
  await db.photos.bulkDelete(left)
  await db.photo_bytes.bulkDelete(left)
  await db.drafts.delete(draftId)
}

const RECENT = 50

async function noteRecent(db: GridfieldDb, entry: SavedEntry): Promise<void> {
  const recent = (await getMeta(db, 'saved_recent')) ?? []
  await setMeta(db, 'saved_recent', [...recent, entry].slice(-RECENT))
}
