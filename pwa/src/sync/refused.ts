/**
 * How a refusal is settled: by its author, who sends the record again or lets it go, or by the centre
 * (docs/sync-protocol.md, section 8). What was refused only because another was goes the same way with it.
 */
import { discardDraft } from '../db/drafts'
import type { GridfieldDb } from '../db/open'
import type { DeadRow } from '../db/schema'
import type { Notice } from '../domain/records'
import type { RejectedResolve } from '../domain/mutations'
import { enqueue } from './enqueue'
import { noteSaved } from './integrity'

/** The letters that were refused only because `id` was, or one that waits with it; the first saved first. */
export function followersOf<T extends Pick<DeadRow, 'mutation_id' | 'deps' | 'code'>>(id: string, inOrder: readonly T[]): T[] {
  const refused = new Set([id])
  return inOrder.filter(({ mutation_id, deps, code }) => {
    const follows = code === 'dep-failed' && mutation_id !== id && deps.some((dep) => refused.has(dep))
    if (follows) refused.add(mutation_id)
    return follows
  })
}

async function lettersInOrder(db: GridfieldDb): Promise<DeadRow[]> {
  const letters = await db.dead.toArray()
  const lines = await db.journal.bulkGet(letters.map(({ mutation_id }) => mutation_id))
  const place = new Map(lines.map((line, i) => [letters[i], line?.n ?? 0]))
  return letters.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
}

/** What was sent in the place of each refused mutation. */
async function successors(db: GridfieldDb): Promise<Map<string, string>> {
  const settled = await db.journal.filter(({ name }) => name === 'rejected.resolve').toArray()
  const pairs = settled.map(({ args }) => args as RejectedResolve)
  return new Map(pairs.flatMap(({ mutation_id, replaced_by }) => (replaced_by === null ? [] : [[mutation_id, replaced_by]])))
}

/** The dependencies as they stand now: in the place of a refused one, what was sent for it. */
export async function depsNow(db: GridfieldDb, deps: readonly string[]): Promise<string[]> {
  if (deps.length === 0) return []
  const next = await successors(db)
  const newest = (id: string): string => {
    const successor = next.get(id)
    return successor === undefined ? id : newest(successor)
  }
  return deps.map(newest)
}

/** The letter leaves, and with it the photos that nobody wants any more. */
async function takeOut(db: GridfieldDb, mutationId: string): Promise<void> {
  await db.dead.delete(mutationId)
  await db.journal.update(mutationId, { dismissed: true })
  const photos = await db.photos.where('mutation_id').equals(mutationId).filter(({ state }) => state !== 'safe').primaryKeys()
  await db.photos.bulkDelete(photos)
  await db.photo_bytes.bulkDelete(photos)
}

type Settlement = Pick<RejectedResolve, 'resolution' | 'reason' | 'replaced_by'>

async function settle(db: GridfieldDb, mutationId: string, settlement: Settlement): Promise<void> {
  await takeOut(db, mutationId)
  const args = { mutation_id: mutationId, ...settlement }
  await enqueue(db, { name: 'rejected.resolve', v: 1, deps: [], captured_at: new Date().toISOString(), args })
}

/**
 * The refused mutation was sent anew as `replacement`: its letter leaves, and its followers are sent again
 * as they are. Only inside a transaction over the stores of `settling`.
 */
export async function replace(db: GridfieldDb, mutationId: string, replacement: string): Promise<void> {
  const followers = followersOf(mutationId, await lettersInOrder(db))
  await settle(db, mutationId, { resolution: 'sent_again', reason: null, replaced_by: replacement })
  for (const { mutation_id: id, name, v, deps, captured_at, args } of followers) {
    const again = await enqueue(db, { name, v, deps: await depsNow(db, deps), captured_at, args })
    await settle(db, id, { resolution: 'sent_again', reason: null, replaced_by: again })
  }
}

/** The stores that settling a refusal writes to. */
export const settling = (db: GridfieldDb) => [db.outbox, db.journal, db.dead, db.photos, db.photo_bytes, db.meta]

/** Sends a refused mutation again as it is, under a new id; what depended on it goes along. */
export async function sendAgain(db: GridfieldDb, mutationId: string): Promise<void> {
  await db.transaction('rw', settling(db), async () => {
    const letter = await db.dead.get(mutationId)
    if (letter?.verdict !== 'rejected') return
    const { name, v, deps, captured_at, args } = letter
    await replace(db, mutationId, await enqueue(db, { name, v, deps: await depsNow(db, deps), captured_at, args }))
  })
  await noteSaved(db)
}

async function discardMending(db: GridfieldDb, mutationId: string): Promise<void> {
  const begun = await db.drafts.filter(({ replaces }) => replaces === mutationId).primaryKeys()
  for (const id of begun) await discardDraft(db, id)
}

/** The author lets a refused mutation go, and what depended on it; the centre is told why. */
export async function discard(db: GridfieldDb, mutationId: string, reason: string): Promise<void> {
  await db.transaction('rw', [...settling(db), db.drafts], async () => {
    const letter = await db.dead.get(mutationId)
    if (letter?.verdict !== 'rejected') return
    const followers = followersOf(mutationId, await lettersInOrder(db))
    for (const { mutation_id: id } of [letter, ...followers]) {
      await discardMending(db, id)
      await settle(db, id, { resolution: 'discarded', reason, replaced_by: null })
    }
  })
  await noteSaved(db)
}

/** Takes to heart what the centre has decided about letters of this phone: its notices say so. */
export async function heedCentre(db: GridfieldDb): Promise<void> {
  if ((await db.dead.count()) === 0) return
  await db.transaction('rw', [db.base, db.dead, db.journal, db.photos, db.photo_bytes], async () => {
    const rows = await db.base.where('kind').equals('notice').toArray()
    for (const { code, mutation_id } of rows.map(({ row }) => row as Notice)) {
      if (mutation_id === null || (await db.dead.get(mutation_id)) === undefined) continue
      if (code === 'discarded-by-centre') await takeOut(db, mutation_id)
      if (code !== 'accepted-by-hand') continue
      await db.dead.delete(mutation_id)
      await db.journal.update(mutation_id, { verdict: 'ok' })
    }
  })
}
