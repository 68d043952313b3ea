/** What a phone keeps (docs/sync-protocol.md, section 8): one IndexedDB per user. */
import type { Mutation, MutationName, PhotoManifest, PhotoType } from '../domain/mutations'
import type { PhotoRole } from '../domain/geo'
import type { PhotoOwner, RecordKind, RecordMap } from '../domain/records'

export interface BaseRow {
  kind: RecordKind
  id: string
  scope: string
  version: number
  row: RecordMap[RecordKind]
}

export interface Membership {
  scope: string
  kind: RecordKind
  id: string
  /** During a reset: known from before, and not yet seen again. */
  stale: 0 | 1
}

export interface Cursor {
  scope: string
  next: number
  /** While a first load or a reset goes on page by page: the scope's version when it began. */
  until: number | null
}

export type MutationVerdict = 'ok' | 'ok_merged' | 'rejected' | 'held'

export interface FieldProblem {
  pointer: string
  code: string
  detail: string
}

interface Sendable {
  mutation_id: string
  name: MutationName
  v: number
  deps: string[]
  captured_at: string
  /** When the server took it to be captured, as it accepted it: it may be offered again after a restore. */
  server_captured_at?: string | undefined
  args: Mutation['args']
}

/** `waiting` until the server has answered; `acked` until a pull has brought the effect back. */
export interface OutboxRow extends Sendable {
  mid: number
  state: 'waiting' | 'acked' | 'refused'
}

/** Every saved mutation of the last 30 days; `n` is the order in which they were saved. */
export interface JournalRow extends Sendable {
  n: number
  /** Under which client, and as which of its mutations, it was last queued. */
  client_id: string
  mid: number
  saved_at: number
  verdict: MutationVerdict | null
  acked_at: number | null
  /** The worker has read the refusal and put it away: it is never sent again. */
  dismissed: boolean
}

/** A mutation that the server refused or could not judge, payload intact, waiting for its author. */
export interface DeadRow extends Sendable {
  verdict: 'rejected' | 'held'
  code: string
  message: string
  errors: FieldProblem[]
  record: unknown
  at: number
}

export type DraftKind = 'inspection' | 'hazard' | 'patrol' | 'task' | 'feedback' | 'urgent' | 'whistle' | 'house' | 'document' | 'strike_off'

export interface Draft<T = unknown> {
  id: string
  kind: DraftKind
  /** What the draft is about: the house of an inspection, the task of a result, … */
  owner_id: string
  /** Where to return to, e.g. the code of a checklist item. */
  cursor: string | null
  data: T
  updated_at: number
  /** The refused mutation in whose place it will be sent. */
  replaces?: string | null
}

export type PhotoState = 'local' | 'sending' | 'safe'

/** A photo of this phone; its bytes stand in `photo_bytes`, so that lists never load them. */
export interface StoredPhoto {
  photo_id: string
  draft_id: string | null
  mutation_id: string | null
  owner_kind: PhotoOwner
  owner_id: string
  item_code: string | null
  role: PhotoRole
  type: PhotoType
  sha256: string
  bytes: number
  thumb_sha256: string | null
  thumb_bytes: number | null
  captured_at: string
  lng: number | null
  lat: number | null
  accuracy: number | null
  /** The photo that this one draws on; absent in rows of old. */
  drawing_of?: string | null
  state: PhotoState
  thumb_safe: boolean
  /** Bytes of the original that the server has confirmed. */
  offset: number
  upload_url: string | null
  thumb_upload_url: string | null
  /** Why it does not go forward, when it does not: a problem's slug. */
  problem: string | null
  saved_at: number
  safe_at: number | null
}

export interface PhotoBytes {
  photo_id: string
  data: ArrayBuffer | null
  thumb: ArrayBuffer | null
}

/** Points of a segment that is still open: kept as they come. */
export interface OpenSegment {
  patrol_id: string
  seq: number
  started_at: number
  fixes: { lng: number; lat: number; at: number; accuracy: number | null }[]
}

export interface MetaRow {
  key: string
  value: unknown
}

/** The manifest line of a stored photo, as mutations carry it. */
export function manifestLine(photo: StoredPhoto): PhotoManifest {
  const { photo_id, sha256, bytes, type, role, item_code, captured_at, lng, lat, accuracy } = photo
  const { thumb_sha256, thumb_bytes, drawing_of } = photo
  return {
    photo_id, sha256, bytes, type, role, item_code, captured_at, lng, lat, accuracy, thumb_sha256, thumb_bytes,
    ...(drawing_of ? { drawing_of } : {}),
  }
}
