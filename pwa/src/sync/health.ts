/** What this phone says of itself when a round has ended, well or not (docs/sync-protocol.md, section 12). */
import { getMeta, setMeta } from '../db/meta'
import { estimateRoom } from '../db/estimate'
import type { GridfieldDb } from '../db/open'
import { LONGEST_AGE_MS, PROTO, type SyncContext } from './protocol'
import { countUnsent } from './status'

const EVERY_MS = 15 * 60_000
const TIMEOUT_MS = 5_000
/** As long as the desk hears of a loss. */
const LOSS_TOLD_MS = 30 * 86_400_000

interface Counts {
  app: string
  pending: number
  photos_pending: number
  rejected: number
  lost_mutations: number
  lost_photos: number
}

interface Storage {
  storage_free: number | null
  storage_quota: number | null
  persisted: boolean | null
}

async function countsOf({ db, app, clock }: SyncContext): Promise<Counts> {
  const { pending, photos_pending, photos_refused, dead } = await countUnsent(db)
  const losses = ((await getMeta(db, 'losses')) ?? []).filter(({ at }) => at > clock.now() - LOSS_TOLD_MS)
  return {
    app, pending, photos_pending: photos_pending + photos_refused, rejected: dead,
    lost_mutations: losses.reduce((sum, { mutations }) => sum + mutations, 0),
    lost_photos: losses.reduce((sum, { photos }) => sum + photos, 0),
  }
}

/** When the oldest thing was saved that only this phone has; null when there is none. */
async function oldestUnsent(db: GridfieldDb): Promise<number | null> {
  const first = await db.outbox.orderBy('mid').filter(({ state }) => state === 'waiting').first()
  const saved = first && (await db.journal.get(first.mutation_id))?.saved_at
  const photos = await db.photos.where('state').anyOf('local', 'sending').filter(({ mutation_id }) => mutation_id !== null).toArray()
  const times = [...photos.map(({ saved_at }) => saved_at), ...(saved === undefined ? [] : [saved])]
  return times.length === 0 ? null : Math.min(...times)
}

async function storageOf(): Promise<Storage> {
  // Some web views have no storage manager: then nothing is known.
  const storage = (globalThis.navigator as { storage?: Partial<StorageManager> | null }).storage
  const { usage = 0, quota = null } = await estimateRoom()
  return {
    storage_free: quota === null ? null : Math.max(0, Math.round(quota - usage)),
    storage_quota: quota === null ? null : Math.round(quota),
    persisted: (await storage?.persisted?.()) ?? null,
  }
}

/** An age, whatever the clock was put to in between. */
function ageOf(at: number | null, now: number): number | null {
  return at === null ? null : Math.round(Math.min(LONGEST_AGE_MS, Math.max(0, now - at)))
}

async function tell(context: SyncContext): Promise<void> {
  const { db, http, clock, signal } = context
  const now = clock.now()
  const counts = await countsOf(context)
  const what = JSON.stringify(counts)
  const told = await getMeta(db, 'health_told')
  // A clock that was put back must not silence the phone.
  if (told?.what === what && Math.abs(now - told.at) < EVERY_MS) return
  const json = {
    proto: PROTO, ...counts, ...(await storageOf()), client_now: new Date(now).toISOString(),
    oldest_unsent_ms: ageOf(await oldestUnsent(db), now), synced_ms: ageOf(await getMeta(db, 'last_success'), now),
  }
  await http.send({ method: 'POST', path: '/sync/health', json, timeoutMs: TIMEOUT_MS, signal })
  await setMeta(db, 'health_told', { at: now, what })
}

/** Tells the centre how this phone is: when a count has changed, else every 15 minutes. Never fails. */
export async function tellHealth(context: SyncContext): Promise<void> {
  try {
    await tell(context)
  } catch {
    // The round is what counts; the centre hears of it after the next one.
  }
}
