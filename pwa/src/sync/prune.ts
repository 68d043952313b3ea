/** What the phone may forget: 30 days of sent mutations, two weeks of photos that are safe. */
import { getMeta, setMeta } from '../db/meta'
import type { SyncContext } from './protocol'

const DAY_MS = 86_400_000
const JOURNAL_MS = 30 * DAY_MS
const PHOTO_MS = 14 * DAY_MS

/** Prunes if that was not done within a day: reading a month of rows after each save would cost more than it frees. */
export async function pruneDaily(context: SyncContext): Promise<void> {
  const { db, clock } = context
  // Absolute: a clock that was set back must not put this off for years.
  if (Math.abs(clock.now() - ((await getMeta(db, 'pruned_at')) ?? 0)) < DAY_MS) return
  await prune(context)
  await setMeta(db, 'pruned_at', clock.now())
}

/**
 * Forgets old answered work; never what is in the outbox, among the dead letters, in a draft or not safe. Age is
 * what the server's own time says: a phone whose clock jumps ten years ahead forgets nothing.
 */
async function prune({ db, clock }: SyncContext): Promise<void> {
  const now = await getMeta(db, 'server_now')
  if (now === null) return
  await db.transaction('rw', [db.journal, db.outbox, db.dead, db.photos, db.photo_bytes], async () => {
    const old = await db.journal.where('saved_at').below(clock.now() - JOURNAL_MS)
      .filter(({ verdict, acked_at }) => verdict !== null && (acked_at ?? now) < now - JOURNAL_MS).primaryKeys()
    const kept = new Set([
      ...(await db.outbox.toArray()).map((row) => row.mutation_id),
      ...(await db.dead.toCollection().primaryKeys()),
    ])
    await db.journal.bulkDelete(old.filter((id) => !kept.has(id)))
    const safe = db.photos.where('state').equals('safe')
    const photos = await safe.filter(({ safe_at }) => (safe_at ?? now) < now - PHOTO_MS).primaryKeys()
    // The thumbnail stays: it is small, and lists are read offline.
    await db.photo_bytes.where('photo_id').anyOf(photos).filter(({ data }) => data !== null).modify({ data: null })
    const settled = (mutationId: string | null): boolean => mutationId !== null && !kept.has(mutationId)
    const forgotten = await db.photos.where('state').equals('safe')
      .filter(({ safe_at, mutation_id }) => settled(mutation_id) && (safe_at ?? now) < now - JOURNAL_MS).primaryKeys()
    await db.photos.bulkDelete(forgotten)
    await db.photo_bytes.bulkDelete(forgotten)
  })
}
