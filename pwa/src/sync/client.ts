/** Who this phone is to the server, and what it does when that no longer holds (section 8). */
import { getMeta, setMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { JournalRow, OutboxRow } from '../db/schema'
import { newId } from '../domain/ids'

const waiting = (row: JournalRow, mid: number): OutboxRow => {
  const { mutation_id, name, v, deps, captured_at, server_captured_at, args } = row
  return { mutation_id, name, v, deps, captured_at, server_captured_at, args, mid, state: 'waiting' }
}

/** Queues these journal rows as the only ones, under a fresh client id, numbered from 1. */
async function requeue(db: GridfieldDb, rows: JournalRow[]): Promise<void> {
  const fresh = newId()
  const inOrder = rows.sort((a, b) => a.n - b.n)
  const renumbered = inOrder.map((row, i) => ({ ...row, client_id: fresh, mid: i + 1, verdict: null, acked_at: null }))
  await db.outbox.clear()
  await db.outbox.bulkAdd(renumbered.map((row) => waiting(row, row.mid)))
  await db.journal.bulkPut(renumbered)
  await setMeta(db, 'client_id', fresh)
  await setMeta(db, 'next_mid', renumbered.length + 1)
}

/** What its author has let go is offered again only where the queue still owes it an answer. */
async function notLetGo(db: GridfieldDb, rows: JournalRow[]): Promise<JournalRow[]> {
  const owed = new Set((await db.outbox.where('state').equals('waiting').toArray()).map((row) => row.mutation_id))
  return rows.filter((row) => !row.dismissed || owed.has(row.mutation_id))
}

async function queued(db: GridfieldDb): Promise<JournalRow[]> {
  const rows = await db.journal.bulkGet((await db.outbox.toArray()).map((row) => row.mutation_id))
  return notLetGo(db, rows.filter((row) => row !== undefined))
}

/** `client-fork`: another history used our numbers; go on as a new client with the same mutation ids. */
export async function fork(db: GridfieldDb, seenClient: string): Promise<void> {
  await db.transaction('rw', db.outbox, db.journal, db.meta, async () => {
    if ((await getMeta(db, 'client_id')) === seenClient) await requeue(db, await queued(db))
  })
}

/**
 * The database behind the server is another one (a restore from backup): everything done in the
 * last 30 days is offered again under the same ids, and the base is fetched anew. Photos whose
 * bytes are still here are offered again too; drafts and dead letters stay as they are.
 */
export async function newEpoch(db: GridfieldDb, epoch: string): Promise<void> {
  const tables = [db.outbox, db.journal, db.base, db.membership, db.cursors, db.photos, db.photo_bytes, db.meta]
  await db.transaction('rw', tables, async () => {
    const known = await getMeta(db, 'epoch')
    if (known === epoch) return
    await setMeta(db, 'epoch', epoch)
    if (known === null) return
    await requeue(db, await notLetGo(db, await db.journal.toArray()))
    await Promise.all([db.base.clear(), db.membership.clear(), db.cursors.clear()])
    await offerPhotosAgain(db)
  })
}

async function offerPhotosAgain(db: GridfieldDb): Promise<void> {
  const held = await db.photo_bytes.filter((bytes) => bytes.data !== null).primaryKeys()
  await db.photos.where('photo_id').anyOf(held).modify({
    state: 'local', thumb_safe: false, offset: 0, upload_url: null, thumb_upload_url: null, problem: null, safe_at: null,
  })
}

/**
 * `gap`: the server lacks mutations from `expect` on. Those still in the journal are queued again;
 * when one of them is gone, only a new client can go on.
 */
export async function fillGap(db: GridfieldDb, seenClient: string, expect: number): Promise<void> {
  await db.transaction('rw', db.outbox, db.journal, db.meta, async () => {
    if ((await getMeta(db, 'client_id')) !== seenClient) return
    const first = (await db.outbox.where('state').equals('waiting').sortBy('mid'))[0]?.mid ?? expect
    const lost = await db.journal.where('mid').between(expect, first, true, false)
      .filter((row) => row.client_id === seenClient).toArray()
    if (lost.length === first - expect && lost.length > 0) await db.outbox.bulkPut(lost.map((row) => waiting(row, row.mid)))
    else await requeue(db, await queued(db))
  })
}
