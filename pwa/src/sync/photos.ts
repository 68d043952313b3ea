/** Photos (docs/sync-protocol.md, section 6): thumbnails, then hazards, then the rest; safe when confirmed. */
import { Upload } from 'tus-js-client'

import { ProblemError } from '../api/http'
import { getMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { JournalRow, StoredPhoto } from '../db/schema'
import { PRESSING } from '../domain/mutations'
import { heldHashes, type SyncContext } from './protocol'
import { LASTING_PROBLEMS } from './status'
import { blobReader, tusOver } from './tus-http'

const ENDPOINT = '/sync/photos/'
const SMALLEST_PIECE = 8 * 1024
const FIRST_PIECE = 128 * 1024
/** Between these the line decides; the smallest is for a way that takes no more. */
const SLOW_PIECE = 64 * 1024
const LARGEST_PIECE = 512 * 1024
const PIECE_MS = 2000

/** How many bytes of a photo go into one request: what the line takes in two seconds, and no more than anything on the way allows. */
export class PieceSize {
  #bytes = FIRST_PIECE
  #most = LARGEST_PIECE

  get bytes(): number { return this.#bytes }

  /** False when it cannot get smaller. */
  halve(): boolean {
    if (this.#bytes <= SMALLEST_PIECE) return false
    this.#most = this.#bytes /= 2
    return true
  }

  /** So many bytes took so long. What is small tells of the way there and back, and nothing of the line. */
  learn(bytes: number, ms: number): void {
    if (bytes < SLOW_PIECE) return
    const fits = (bytes / Math.max(1, ms)) * PIECE_MS
    const size = 2 ** Math.floor(Math.log2(Math.max(SLOW_PIECE, Math.min(LARGEST_PIECE, fits))))
    this.#bytes = Math.min(this.#most, size)
  }
}

type Part = 'thumb' | 'original'

/** A photo that is to follow, and whether it belongs to an emergency. */
interface Waiting {
  photo: StoredPhoto
  pressing: boolean
}

interface Job extends Waiting {
  part: Part
  sha256: string
}

/** A photo may follow once the server has its manifest; what is refused or held keeps its evidence. */
function mayFollow(row: JournalRow | undefined): boolean {
  return row?.dismissed === false && row.verdict !== null
}

/** The original counts as safe alone; a thumbnail that failed before it still follows. */
const isOpen = ({ state, thumb_sha256, thumb_safe }: StoredPhoto): boolean =>
  state !== 'safe' || (thumb_sha256 !== null && !thumb_safe)

async function unsafePhotos(db: GridfieldDb): Promise<Waiting[]> {
  const photos = (await db.photos.toArray()).filter(isOpen) // one read: a cursor would ask for each row
  const rows = await db.journal.bulkGet(photos.map((photo) => photo.mutation_id ?? ''))
  return photos
    .map((photo, i) => ({ photo, row: rows[i] }))
    .filter(({ photo, row }) => mayFollow(row) && !LASTING_PROBLEMS.includes(photo.problem ?? ''))
    .map(({ photo, row }) => ({ photo, pressing: row !== undefined && PRESSING.includes(row.name) }))
}

function rank({ photo, part, pressing }: Job): number {
  if (pressing) return part === 'thumb' ? -2 : -1
  if (part === 'thumb') return 0
  return photo.owner_kind === 'case' || photo.item_code !== null ? 1 : 2
}

function jobsOf(waiting: Waiting): Job[] {
  const { sha256, thumb_sha256, thumb_safe, state } = waiting.photo
  const thumb: Job[] = thumb_sha256 === null || thumb_safe ? [] : [{ ...waiting, part: 'thumb', sha256: thumb_sha256 }]
  return state === 'safe' ? thumb : [...thumb, { ...waiting, part: 'original', sha256 }]
}

async function openJobs(db: GridfieldDb): Promise<Job[]> {
  const jobs = (await unsafePhotos(db)).flatMap(jobsOf)
  return jobs.sort((a, b) => rank(a) - rank(b) || a.photo.saved_at - b.photo.saved_at)
}

/** Writes down that the server holds the bytes of the job. */
async function confirm({ db }: SyncContext, { photo, part }: Job): Promise<void> {
  const done = part === 'thumb'
    ? { thumb_safe: true, thumb_upload_url: null }
    : { state: 'safe' as const, offset: photo.bytes, safe_at: await getMeta(db, 'server_now'), upload_url: null, problem: null }
  await db.photos.update(photo.photo_id, done)
}

const ASK_AT_ONCE = 200

async function ask({ http, signal }: SyncContext, hashes: string[]): Promise<string[]> {
  const request = { method: 'POST', path: '/sync/photos/have', json: { sha256: hashes }, signal }
  return heldHashes((await http.send(request)).json)
}

/** Confirms what the server already holds and answers what it does not. */
async function confirmHeld(context: SyncContext, jobs: Job[]): Promise<Job[]> {
  const held = new Set<string>()
  const hashes = [...new Set(jobs.map((job) => job.sha256))]
  for (let i = 0; i < hashes.length; i += ASK_AT_ONCE) {
    for (const hash of await ask(context, hashes.slice(i, i + ASK_AT_ONCE))) held.add(hash)
  }
  for (const job of jobs) if (held.has(job.sha256)) await confirm(context, job)
  return jobs.filter((job) => !held.has(job.sha256))
}

async function bytesOf(db: GridfieldDb, { photo, part }: Job): Promise<Blob | null> {
  const bytes = await db.photo_bytes.get(photo.photo_id)
  const buffer = part === 'thumb' ? bytes?.thumb : bytes?.data
  return buffer ? new Blob([buffer], { type: part === 'thumb' ? 'image/jpeg' : photo.type }) : null
}

/** One tus upload from where it stopped; rejects with the server's refusal or the network's failure. */
function send({ db, http, signal }: SyncContext, job: Job, blob: Blob, chunkSize: number): Promise<void> {
  const { photo, part } = job
  const urlField = part === 'thumb' ? 'thumb_upload_url' : 'upload_url'
  let stop: () => void = () => undefined
  const sent = new Promise<void>((resolve, reject) => {
    // tus-js-client asks for a File; with our own reader a Blob is all that it touches.
    const upload = new Upload(blob as File, {
      endpoint: ENDPOINT, uploadUrl: photo[urlField], chunkSize, retryDelays: null,
      metadata: { sha256: job.sha256, filetype: blob.type }, uploadDataDuringCreation: true,
      storeFingerprintForResuming: false, httpStack: tusOver(http), fileReader: blobReader,
      onUploadUrlAvailable: () => void db.photos.update(photo.photo_id, { [urlField]: upload.url }),
      onChunkComplete: (_size, offset) => {
        if (part === 'original') void db.photos.update(photo.photo_id, { state: 'sending', offset })
      },
      onSuccess: () => { resolve() },
      onError: (error) => { reject(failureOf(error)) },
    })
    stop = () => { void upload.abort().then(() => { reject(new Error('stopped')) }) }
    signal.addEventListener('abort', stop)
    upload.start()
  })
  // The engine's signal lives as long as the app: what listens to it keeps the photo's bytes in memory.
  return sent.finally(() => { signal.removeEventListener('abort', stop) })
}

function failureOf(error: Error): Error {
  const { originalResponse, causingError } = error as Partial<{
    originalResponse: { getStatus(): number; getBody(): string } | null
    causingError: Error | null
  }>
  if (originalResponse) return new ProblemError(originalResponse.getBody(), originalResponse.getStatus(), {}, null)
  return causingError ?? error
}

/** A refusal of one photo concerns that photo; anything else stops the round. */
async function noteRefusal({ db }: SyncContext, { photo, part }: Job, error: unknown): Promise<void> {
  const concernsPhoto = error instanceof ProblemError && [404, 409, 410, 413, 422, 460].includes(error.status)
  if (!concernsPhoto) throw error
  if (part === 'thumb' && LASTING_PROBLEMS.includes(error.slug)) {
    // The original tells everything; the server makes a small picture of it.
    await db.photos.update(photo.photo_id, { thumb_sha256: null, thumb_upload_url: null })
    return
  }
  const url = part === 'thumb' ? { thumb_upload_url: null } : { upload_url: null, offset: 0 }
  // Also 404, 410, 460: what the server holds of it is void, the next round begins anew.
  await db.photos.update(photo.photo_id, { problem: error.slug, ...(error.status === 409 ? {} : url) })
}

/** The job with what is known of its upload by now. */
async function asItStands(db: GridfieldDb, job: Job): Promise<Job> {
  return { ...job, photo: (await db.photos.get(job.photo.photo_id)) ?? job.photo }
}

/** Whether nothing of it was sent before. */
const isWhole = ({ photo, part }: Job): boolean => (part === 'thumb' ? photo.thumb_upload_url : photo.upload_url) === null

const tooManyBytes = (error: unknown): boolean => error instanceof ProblemError && error.slug === 'body-too-large'

async function sendOne(context: SyncContext, job: Job, piece: PieceSize): Promise<boolean> {
  const blob = await bytesOf(context.db, job)
  if (blob === null) {
    if (job.part === 'thumb') await context.db.photos.update(job.photo.photo_id, { thumb_sha256: null })
    else await context.db.photos.update(job.photo.photo_id, { problem: 'bytes-missing' })
    return false
  }
  const began = context.clock.now()
  try {
    await send(context, job, blob, piece.bytes)
    if (isWhole(job)) piece.learn(blob.size, context.clock.now() - began)
    return true
  } catch (error) {
    if (tooManyBytes(error) && piece.halve()) return sendOne(context, await asItStands(context.db, job), piece)
    await noteRefusal(context, job, error)
    return false
  }
}

/** A finished upload that the server then denies to hold begins anew next time. */
async function beginAnew({ db }: SyncContext, { photo, part }: Job): Promise<void> {
  await db.photos.update(photo.photo_id, part === 'thumb' ? { thumb_upload_url: null } : { upload_url: null, offset: 0 })
}

/**
 * Uploads what may follow; `interrupted` is asked between two photos, so that new work goes first.
 * A photo counts as safe only when the server has said that it holds its hash.
 */
export async function sendPhotos(context: SyncContext, piece: PieceSize, interrupted: () => boolean): Promise<void> {
  const open = await openJobs(context.db)
  if (open.length === 0) return
  const sent: Job[] = []
  for (const job of await confirmHeld(context, open)) {
    if (interrupted() || context.signal.aborted) break
    if (await sendOne(context, job, piece)) sent.push(job)
  }
  if (sent.length === 0) return
  for (const job of await confirmHeld(context, sent)) await beginAnew(context, job)
}
