/** What the engine tells the worker: the four sync words, and "needs you". */
import type { GridfieldDb } from '../db/open'
import { LASTING_PROBLEMS } from './photos'

export type SyncWord = 'all_sent' | 'pending' | 'sending' | 'offline' | 'attention'

export interface SyncCounts {
  /** Mutations that the server has not answered. */
  pending: number
  /** Saved photos that are not safe on the server. */
  photos_pending: number
  /** Saved photos that the server refuses, or whose bytes this phone has lost. */
  photos_refused: number
  /** Refused mutations that the worker has not put away. */
  dead: number
}

export interface SyncStatus extends SyncCounts {
  state: SyncWord
  /** Milliseconds since 1970 of the last complete round; null before the first. */
  last_success: number | null
  /** Slug of what stopped the last round: offline, timeout, unauthenticated, unavailable, …; null when nothing did. */
  error: string | null
}

/** Errors that waiting does not mend. */
const NEEDS_PERSON = ['unauthenticated', 'body-too-large', 'forbidden']
const NO_CONNECTION = ['offline', 'timeout']

/** Counts what stands only on this phone. */
export async function countUnsent(db: GridfieldDb): Promise<SyncCounts> {
  const unsafe = await db.photos.where('state').anyOf('local', 'sending').toArray()
  const photos = unsafe.filter((photo) => photo.mutation_id !== null)
  const refused = photos.filter((photo) => LASTING_PROBLEMS.includes(photo.problem ?? '')).length
  return {
    pending: await db.outbox.where('state').equals('waiting').count(),
    photos_pending: photos.length - refused,
    photos_refused: refused,
    dead: await db.dead.count(),
  }
}

/** The one word for the state of things. */
export function wordFor(counts: SyncCounts, running: boolean, error: string | null): SyncWord {
  if (error !== null && NEEDS_PERSON.includes(error)) return 'attention'
  const unsent = counts.pending + counts.photos_pending
  if (running && unsent > 0 && error === null) return 'sending'
  if (counts.dead + counts.photos_refused > 0) return 'attention'
  if (error !== null && NO_CONNECTION.includes(error)) return 'offline'
  return unsent > 0 ? 'pending' : 'all_sent'
}
