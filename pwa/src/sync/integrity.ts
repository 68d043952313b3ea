/**
 * IndexedDB can lose committed rows without an error, or come back empty (section 8): a count of
 * what was saved is kept outside it, in Cache Storage, and compared at the start.
 */
import { getMeta, setMeta, type IntegrityReport, type SavedCount } from '../db/meta'
import type { GridfieldDb } from '../db/open'

const CACHE = 'gridfield-saved'
const addressOf = (userId: string): string => `/saved-count/${userId}`

async function countOf(db: GridfieldDb): Promise<SavedCount> {
  return {
    mutations: (await getMeta(db, 'saved_mutations')) ?? 0,
    photos: (await getMeta(db, 'saved_photos')) ?? 0,
    recent: (await getMeta(db, 'saved_recent')) ?? [],
  }
}

async function outside(db: GridfieldDb): Promise<SavedCount | null> {
  const response = await (await caches.open(CACHE)).match(addressOf(db.userId))
  return response ? ((await response.json()) as SavedCount) : null
}

async function keepOutside(db: GridfieldDb, count: SavedCount): Promise<void> {
  const cache = await caches.open(CACHE)
  await cache.put(addressOf(db.userId), new Response(JSON.stringify(count)))
}

/** Writes the count outside; never lowers it, for two windows may write in any order. */
export async function noteSaved(db: GridfieldDb): Promise<void> {
  if (typeof caches === 'undefined') return
  try {
    const [inside, known] = [await countOf(db), await outside(db)]
    if ((known?.mutations ?? 0) <= inside.mutations) await keepOutside(db, inside)
  } catch {
    // The count is a second witness: the record itself is saved, and saying otherwise would be a lie.
  }
}

/** What the count outside knows of and the stores do not; the inner count catches up. Inside a transaction. */
async function lossOf(db: GridfieldDb, known: SavedCount): Promise<IntegrityReport | null> {
  const inside = await countOf(db)
  const mutations = Math.max(0, known.mutations - inside.mutations)
  const photos = Math.max(0, known.photos - inside.photos)
  if (mutations === 0 && photos === 0) return null
  const suspects = mutations === 0 ? [] : known.recent.slice(-mutations)
  const held = await db.journal.bulkGet(suspects.map((entry) => entry.mutation_id))
  // So that the same loss is not found twice and later saves do not hide it.
  await setMeta(db, 'saved_mutations', inside.mutations + mutations)
  await setMeta(db, 'saved_photos', inside.photos + photos)
  return { missing_mutations: mutations, missing_photos: photos, missing: suspects.filter((_, i) => !held[i]) }
}

function added(a: IntegrityReport | null, b: IntegrityReport): IntegrityReport {
  return {
    missing_mutations: (a?.missing_mutations ?? 0) + b.missing_mutations,
    missing_photos: (a?.missing_photos ?? 0) + b.missing_photos,
    missing: [...(a?.missing ?? []), ...b.missing],
  }
}

/**
 * Compares the stores with the count outside; once at the start, before any save. Answers the loss
 * that the worker has not yet been told of, or null.
 */
export async function checkIntegrity(db: GridfieldDb): Promise<IntegrityReport | null> {
  // First: another window that saves meanwhile counts inside before it counts outside.
  const count = typeof caches === 'undefined' ? null : await outside(db).catch(() => null)
  const report = await db.transaction('rw', db.meta, db.journal, async () => {
    const known = await getMeta(db, 'loss')
    const fresh = count && (await lossOf(db, count))
    if (!fresh) return known
    const both = added(known, fresh)
    await setMeta(db, 'loss', both)
    const loss = { at: Date.now(), mutations: fresh.missing_mutations, photos: fresh.missing_photos }
    await setMeta(db, 'losses', [...((await getMeta(db, 'losses')) ?? []), loss])
    return both
  })
  await noteSaved(db) // an app that was killed right after a save has not counted it outside
  return report
}

/** The worker has read what is missing. */
export async function acknowledgeLoss(db: GridfieldDb): Promise<void> {
  await db.meta.delete('loss')
}

/** Asks the browser never to clear the stores by itself; where it cannot promise that, nothing changes. */
export function askToKeep(): void {
  const storage = (globalThis.navigator as { storage?: Partial<StorageManager> | null }).storage
  storage?.persist?.().catch(() => undefined)
}
