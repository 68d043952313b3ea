/** Opening the phone's stores; no write happens here. */
import Dexie, { type Table } from 'dexie'

import type {
  BaseRow, Cursor, DeadRow, Draft, JournalRow, Membership, MetaRow, OpenSegment, OutboxRow, PhotoBytes, StoredPhoto,
} from './schema'

/**
 * Every shape of the stores that was ever released. One that phones have is never changed: a new shape gets the
 * next number, and tests/db/released a recording of the last.
 */
export const VERSIONS: Readonly<Record<number, Record<string, string>>> = {
  1: {
    base: '[kind+id], kind, scope, [kind+row.house_id], [kind+row.owner_id]',
    membership: '[scope+kind+id], [scope+stale]',
    cursors: 'scope',
    outbox: 'mid, &mutation_id, state',
    journal: 'mutation_id, &n, mid, saved_at',
    dead: 'mutation_id',
    drafts: 'id, kind, owner_id',
    photos: 'photo_id, draft_id, mutation_id, owner_id, sha256, state',
    photo_bytes: 'photo_id',
    track: '[patrol_id+seq], patrol_id',
    meta: 'key',
  },
}

export class GridfieldDb extends Dexie {
  base!: Table<BaseRow, [string, string]>
  membership!: Table<Membership, [string, string, string]>
  cursors!: Table<Cursor, string>
  outbox!: Table<OutboxRow, number>
  journal!: Table<JournalRow, string>
  dead!: Table<DeadRow, string>
  drafts!: Table<Draft, string>
  photos!: Table<StoredPhoto, string>
  photo_bytes!: Table<PhotoBytes, string>
  track!: Table<OpenSegment, [string, number]>
  meta!: Table<MetaRow, string>

  constructor(readonly userId: string) {
    // Strict: "saved" is shown only when the bytes are on the disk (section 8). No cache of answers: the stores are the truth.
    super(`gridfield-${userId}`, { chromeTransactionDurability: 'strict', cache: 'disabled' })
    for (const [version, stores] of Object.entries(VERSIONS)) this.version(Number(version)).stores(stores)
  }
}

const opened = new Map<string, GridfieldDb>()

/** The one database of a user in this window. Dexie opens it anew where iOS has closed it in the background. */
export function openDb(userId: string): GridfieldDb {
  const db = opened.get(userId) ?? new GridfieldDb(userId)
  opened.set(userId, db)
  return db
}

/** Closes the user's database in this window. */
export function closeDb(userId: string): void {
  opened.get(userId)?.close()
  opened.delete(userId)
}
