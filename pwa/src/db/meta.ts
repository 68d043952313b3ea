/** Small facts beside the records: who this client is, what it has seen of the server. */
import type { Session } from '../domain/session'
import { newId } from '../domain/ids'
import type { GridfieldDb } from './open'

export interface Lease {
  owner: string
  until: number
}

/** One saved mutation, as far as it must be known to name it when it is lost. */
export interface SavedEntry {
  mutation_id: string
  name: string
  at: string
  /** The house or the task that it was about; entries of an older version have none. */
  about?: string | null
}

export interface SavedCount {
  mutations: number
  photos: number
  /** The newest ones, so that what is missing can be named. */
  recent: SavedEntry[]
}

export interface IntegrityReport {
  missing_mutations: number
  missing_photos: number
  /** What is known of the missing ones, newest last. */
  missing: SavedEntry[]
}

export interface Loss {
  at: number
  mutations: number
  photos: number
}

/** By kind, what only this phone has: ids, and of a draft also when it was written. */
export interface Unsent {
  mutations: string[]
  dead: string[]
  drafts: string[]
  photos: string[]
}

/** The known keys; a missing one reads as null. */
export interface MetaValues {
  session: Session
  client_id: string
  epoch: string
  /** The shape of the rows in the base, as the server names it. */
  view: number
  next_mid: number
  saved_mutations: number
  saved_photos: number
  saved_recent: SavedEntry[]
  /** What the device lost and the worker has not been told yet. */
  loss: IntegrityReport
  /** What the device lost and when: the desk hears of it whether or not the worker has read it. */
  losses: Loss[]
  /** The last file with everything unsent that left this phone, and what it holds. */
  exported: { file: string; holds: Unsent }
  /** What the centre was last told of this phone, and when. */
  health_told: { at: number; what: string }
  /** Server time minus phone time, in milliseconds. */
  clock_offset_ms: number
  /** The server's time in its last answer; what is forgotten by age goes by it, for the phone's clock may be anything. */
  server_now: number
  last_success: number
  lease: Lease
  verified_at: number
  pruned_at: number
  /** As what this phone's block of paper numbers is leased to it. */
  number_holder: string
  /** The last number of each series that stands on a paper of this phone's. */
  numbers_used: Record<string, number>
  /** Notices that were read here, until the server knows it. */
  notices_read: string[]
  /** The scope whose digest once differed from the server's, and when. */
  verify_failed: { scope: string; at: number }
}

/** A fact, or null. */
export async function getMeta<K extends keyof MetaValues>(db: GridfieldDb, key: K): Promise<MetaValues[K] | null> {
  const found = await db.meta.get(key)
  return found === undefined ? null : (found.value as MetaValues[K])
}

/** Writes a fact; joins the surrounding transaction when there is one. */
export async function setMeta<K extends keyof MetaValues>(
  db: GridfieldDb, key: K, value: MetaValues[K],
): Promise<void> {
  await db.meta.put({ key, value })
}

/** This database's client id, made on first use. */
export async function clientId(db: GridfieldDb): Promise<string> {
  return db.transaction('rw', db.meta, async () => {
    const known = await getMeta(db, 'client_id')
    if (known !== null) return known
    const fresh = newId()
    await setMeta(db, 'client_id', fresh)
    return fresh
  })
}
