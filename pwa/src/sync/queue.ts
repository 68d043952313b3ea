/** The sync screen's list: where each thing that the worker saved stands. */
import type { GridfieldDb } from '../db/open'
import type { DeadRow, JournalRow, OutboxRow, StoredPhoto } from '../db/schema'
import { manifestOf, type Mutation, type MutationName } from '../domain/mutations'

/**
 * `device`: on this phone; `sending`: its photos are on their way; `safe`: all of it is on the server;
 * `refused`: its author must act; `held`: the centre is looking at it.
 */
export type QueueState = 'device' | 'sending' | 'safe' | 'refused' | 'held'

export interface QueueItem {
  mutation_id: string
  name: MutationName
  args: Mutation['args']
  captured_at: string
  state: QueueState
  photos: { total: number; safe: number; refused: number }
  /** Why it was refused, in the server's words. */
  dead: DeadRow | null
}

function stateOf(row: JournalRow, queued: OutboxRow | undefined, dead: DeadRow | undefined, unsafe: number): QueueState {
  if (dead) return dead.verdict === 'held' ? 'held' : 'refused'
  if (queued?.state === 'waiting') return 'device'
  return unsafe > 0 ? 'sending' : row.verdict === null ? 'device' : 'safe'
}

async function itemsOf(db: GridfieldDb, rows: JournalRow[]): Promise<QueueItem[]> {
  const ids = rows.map((row) => row.mutation_id)
  const [outbox, dead, photos] = await Promise.all([
    db.outbox.where('mutation_id').anyOf(ids).toArray(),
    db.dead.bulkGet(ids),
    db.photos.where('mutation_id').anyOf(ids).toArray(),
  ])
  const queued = new Map(outbox.map((row) => [row.mutation_id, row]))
  return rows.map((row, i) => itemOf(row, queued.get(row.mutation_id), dead[i], photos))
}

function itemOf(
  row: JournalRow, queued: OutboxRow | undefined, dead: DeadRow | undefined, photos: StoredPhoto[],
): QueueItem {
  const total = manifestOf(row).length
  const own = photos.filter((photo) => photo.mutation_id === row.mutation_id && photo.state !== 'safe')
  const refused = own.filter((photo) => photo.problem !== null).length
  const { mutation_id, name, args, captured_at } = row
  const counted = { total, safe: total - own.length, refused }
  return { mutation_id, name, args, captured_at, state: stateOf(row, queued, dead, own.length), photos: counted, dead: dead ?? null }
}

/** What was saved on this phone, newest first; track segments stay out, their patrol stands for them. */
export async function listQueue(db: GridfieldDb, limit = 100): Promise<QueueItem[]> {
  const rows = await db.journal.orderBy('n').reverse()
    .filter((row) => !row.dismissed && (row.name !== 'patrol.track' || row.verdict === 'rejected' || row.verdict === 'held'))
    .limit(limit).toArray()
  return itemsOf(db, rows)
}
