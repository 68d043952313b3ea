/** What the engine tells the worker: the four sync words, and "needs you". */
import type { GridfieldDb } from '../db/open'

/** Refusals of a photo that a repetition will not change: only the worker can act on them. */
export const LASTING_PROBLEMS: readonly string[] = ['photo-not-image', 'photo-too-large', 'bytes-missing']

export type SyncWord = 'all_sent' | 'pending' | 'sending' | 'offline' | 'attention'

export interface SyncCounts {
  /** Mutations that the server has not answered. */
  pending: number
  /** Saved photos that are not safe on the server. */
  photos_pending: number
  /** Saved photos that the server refuses, or whose bytes this phone has lost. */
  photos_refused: number
  /** Refused or held mutations that nobody has settled. */
  dead: number
  /** Those of them for which the worker need do nothing: the centre looks at them, or they go with another. */
  quiet: number
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
  // Two reads and no cursor: this runs at each save, and a cursor asks for every row by itself.
  const unsafe = await Promise.all(['local', 'sending'].map((state) => db.photos.where('state').equals(state).toArray()))
  const photos = unsafe.flat().filter((photo) => photo.mutation_id !== null)
  const refused = photos.filter((photo) => LASTING_PROBLEMS.includes(photo.problem ?? '')).length
  const dead = await db.dead.toArray()
  const letters = new Set(dead.map(({ mutation_id }) => mutation_id))
  return {
    pending: await db.outbox.where('state').equals('waiting').count(),
    photos_pending: photos.length - refused,
    photos_refused: refused,
    dead: dead.length,
    quiet: dead.filter(({ verdict, code, deps }) => verdict === 'held' || (code === 'dep-failed' && deps.some((id) => letters.has(id)))).length,
  }
}

/** How many things wait for the worker to act. */
export function needing({ dead, quiet, photos_refused }: SyncCounts): number {
  return dead - quiet + photos_refused
}

/** The one word for the state of things. */
export function wordFor(counts: SyncCounts, running: boolean, error: string | null): SyncWord {
  if (error !== null && NEEDS_PERSON.includes(error)) return 'attention'
  const unsent = counts.pending + counts.photos_pending
  if (running && unsent > 0 && error === null) return 'sending'
  if (needing(counts) > 0) return 'attention'
  if (error !== null && NO_CONNECTION.includes(error)) return 'offline'
  return unsent > 0 ? 'pending' : 'all_sent'
}
