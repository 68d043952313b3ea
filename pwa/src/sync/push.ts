/** Push (docs/sync-protocol.md, section 4): batches in mid order until the outbox has nothing unanswered. */
import { ProblemError, TimeoutError } from '../api/http'
import { clientId, getMeta, setMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { DeadRow, OutboxRow } from '../db/schema'
import { fillGap, fork } from './client'
import { EpochChanged, LONGEST_AGE_MS, PROTO, pushAnswer, type PushResult, type SyncContext } from './protocol'

const START_COUNT = 20
const START_BYTES = 32 * 1024
const BELIEVED_AGE_MS = 400 * 86_400_000

/** How much goes into one request; shrinks on time-outs and 413, grows back when it works. */
export class BatchSize {
  #count = START_COUNT
  #bytes = START_BYTES

  /** The head of the rows that fits; at least one row. */
  fit(rows: readonly OutboxRow[]): OutboxRow[] {
    let bytes = 0
    const head = rows.slice(0, this.#count)
    const end = head.findIndex((row) => (bytes += JSON.stringify(row.args).length) > this.#bytes)
    return end < 0 ? head : head.slice(0, Math.max(1, end))
  }

  halve(sent: number): void {
    this.#count = Math.max(1, Math.floor(Math.min(this.#count, sent) / 2))
    this.#bytes = Math.max(1, Math.floor(this.#bytes / 2))
  }

  grow(): void {
    this.#count = Math.min(START_COUNT, this.#count * 2)
    this.#bytes = Math.min(START_BYTES, this.#bytes * 2)
  }
}

/** When a batch was sent by the phone's clock, and answered by the server's. */
interface Times {
  sentAt: number
  at: number
}

interface Batch {
  client: string
  epoch: string | null
  rows: OutboxRow[]
}

function nextBatch(db: GridfieldDb, size: BatchSize): Promise<Batch> {
  return db.transaction('rw', db.outbox, db.meta, async () => ({
    client: await clientId(db),
    epoch: await getMeta(db, 'epoch'),
    rows: size.fit(await db.outbox.orderBy('mid').filter((row) => row.state === 'waiting').limit(START_COUNT).toArray()),
  }))
}

/** How long ago something was captured, by the same clock. */
export function ageOf(capturedAt: string, now: number): number {
  return Math.round(Math.min(LONGEST_AGE_MS, Math.max(0, now - Date.parse(capturedAt))))
}

function bodyOf({ clock, app }: SyncContext, { client, epoch, rows }: Batch): unknown {
  const now = clock.now()
  const mutations = rows.map(({ mid, mutation_id, name, v, deps, captured_at, server_captured_at, args }) => ({
    mid, mutation_id, name, v, deps, captured_at, server_captured_at, age_ms: ageOf(captured_at, now), args,
  }))
  return { proto: PROTO, epoch, client_id: client, app, client_now: new Date(now).toISOString(), mutations }
}

function deadLetter(row: OutboxRow, result: PushResult, at: number): DeadRow {
  const { mutation_id, name, v, deps, captured_at, args } = row
  const { code = result.verdict, message = '', errors = [], record = null } = result
  const verdict = result.verdict === 'held' ? 'held' : 'rejected'
  return { mutation_id, name, v, deps, captured_at, args, verdict, code, message, errors, record, at }
}

/** When the server took an accepted row to be captured, as it did itself: by its age, or now, where that cannot be believed. */
function serverTimeOf(row: OutboxRow, { sentAt, at }: Times): string | undefined {
  const age = ageOf(row.captured_at, sentAt)
  if (row.server_captured_at !== undefined || !Number.isFinite(at)) return row.server_captured_at
  return new Date(age > BELIEVED_AGE_MS ? at : at - age).toISOString()
}

async function keepVerdict(db: GridfieldDb, result: PushResult, times: Times): Promise<boolean> {
  const row = await db.outbox.get(result.mid)
  if (row?.state !== 'waiting' || row.mutation_id !== result.mutation_id) return false
  const accepted = result.verdict === 'ok' || result.verdict === 'ok_merged'
  await db.outbox.update(row.mid, { state: accepted ? 'acked' : 'refused' })
  await db.journal.update(row.mutation_id, {
    verdict: result.verdict, acked_at: times.at, ...(accepted && { server_captured_at: serverTimeOf(row, times) }),
  })
  // What its author has let go may be asked about again, after a fork or a gap: the letter does not come back.
  const isDead = !accepted && (await db.journal.get(row.mutation_id))?.dismissed !== true
  await (isDead ? db.dead.put(deadLetter(row, result, times.at)) : db.dead.delete(row.mutation_id))
  return true
}

/** Writes the verdicts down; answers how many of them were news. */
async function keepVerdicts(db: GridfieldDb, client: string, results: PushResult[], times: Times): Promise<number> {
  return db.transaction('rw', db.outbox, db.journal, db.dead, db.meta, async () => {
    if ((await getMeta(db, 'client_id')) !== client) return 0
    let news = 0
    for (const result of results) if (await keepVerdict(db, result, times)) news += 1
    return news
  })
}

/** Keeps the server's time, and how far the phone's clock is from it, for watermarks and evidence. */
export async function keepOffset(db: GridfieldDb, serverNow: string, sentAt: number, now: number): Promise<void> {
  const server = Date.parse(serverNow)
  if (!Number.isFinite(server)) return
  await setMeta(db, 'clock_offset_ms', server - (sentAt + now) / 2)
  await setMeta(db, 'server_now', server)
}

async function recover(db: GridfieldDb, batch: Batch, error: unknown, size: BatchSize): Promise<void> {
  const tooLarge = error instanceof ProblemError && error.status === 413
  if ((tooLarge || error instanceof TimeoutError) && batch.rows.length > 1) {
    size.halve(batch.rows.length)
    return
  }
  if (!(error instanceof ProblemError)) throw error
  if (error.slug === 'client-fork') await fork(db, batch.client)
  else if (error.slug === 'gap' && Number.isSafeInteger(error.problem.expect)) await fillGap(db, batch.client, Number(error.problem.expect))
  else throw error
}

async function pushBatch(context: SyncContext, batch: Batch): Promise<void> {
  const { db, http, clock, signal } = context
  const sentAt = clock.now()
  const answer = await http.send({ method: 'POST', path: '/sync/push', json: bodyOf(context, batch), gzip: true, signal })
  const { results, epoch, server_now } = pushAnswer(answer.json)
  if (batch.epoch !== null && epoch !== batch.epoch) throw new EpochChanged(epoch)
  await keepOffset(db, server_now, sentAt, clock.now())
  if ((await keepVerdicts(db, batch.client, results, { sentAt, at: Date.parse(server_now) })) > 0) return
  // An answer without a verdict for us would be asked for again at once, for ever.
  if ((await getMeta(db, 'client_id')) === batch.client) throw new ProblemError('no-verdict', 500, {}, null)
}

/** How often one push may go round a fork or a gap before it is given up for this time. */
const MAX_RECOVERIES = 8

/** Sends what waits until nothing does; throws what stopped it. */
export async function pushAll(context: SyncContext, size: BatchSize): Promise<void> {
  let recoveries = 0
  for (;;) {
    const batch = await nextBatch(context.db, size)
    if (batch.rows.length === 0) return
    try {
      await pushBatch(context, batch)
      size.grow()
    } catch (error) {
      if (++recoveries > MAX_RECOVERIES) throw error
      await recover(context.db, batch, error, size)
    }
  }
}
