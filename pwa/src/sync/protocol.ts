/** The bodies of push and pull as they go over the wire (docs/sync-protocol.md, sections 4 and 5). */
import { OfflineError, type Http } from '../api/http'
import type { GridfieldDb } from '../db/open'
import type { FieldProblem, MutationVerdict } from '../db/schema'
import type { RecordKind, RecordMap } from '../domain/records'
import type { Clock } from './clock'

export const PROTO = 1
/** The shape of rows that is asked for until an answer has named one. */
export const FIRST_VIEW = 1
export const PAGE = 200
/** The protocol's longest age, about 31 years: a clock that was put right after 1970 must not stop the queue. */
export const LONGEST_AGE_MS = 10 ** 12

/** What every part of the engine works with. */
export interface SyncContext {
  db: GridfieldDb
  http: Http
  clock: Clock
  app: string
  signal: AbortSignal
}

export interface PushResult {
  mid: number
  mutation_id: string
  verdict: MutationVerdict
  code?: string
  message?: string
  errors?: FieldProblem[]
  record?: unknown
}

export interface PushAnswer {
  epoch: string
  server_now: string
  last_mid: number
  results: PushResult[]
}

export type Change = [kind: RecordKind, id: string, version: number, op: 'put' | 'del', row: RecordMap[RecordKind] | null]

export interface ScopePage {
  next: number
  more: boolean
  reset?: boolean
  /** With `more`, during a first load or a reset: comes back as `loading` with the next question. */
  until?: number
  changes: Change[]
}

export type Cursors = Record<string, number>

export interface PullAnswer {
  epoch: string
  server_now: string
  view: number
  base: Cursors
  scopes: Record<string, ScopePage>
  drop: string[]
  more: boolean
  last_mid: number
}

type Json = Record<string, unknown>

function asObject(value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new OfflineError('not an answer of this protocol')
}

/** Takes an answer for what it should be; a proxy's that only looks like ours is no answer. */
function checked(json: unknown, holds: (answer: Json) => boolean): unknown {
  if (holds(asObject(json))) return json
  throw new OfflineError('not an answer of this protocol')
}

const isPage = (page: unknown): boolean => {
  const { next, changes } = asObject(page)
  return Number.isSafeInteger(next) && Array.isArray(changes)
}

/** The answer to a push. */
export const pushAnswer = (json: unknown): PushAnswer =>
  checked(json, ({ epoch, results }) => typeof epoch === 'string' && Array.isArray(results)) as PushAnswer

/** The answer to a pull. */
export const pullAnswer = (json: unknown): PullAnswer =>
  checked(json, ({ epoch, base, scopes, drop }) =>
    typeof epoch === 'string' && Array.isArray(drop) && asObject(base) === base
    && Object.values(asObject(scopes)).every(isPage)) as PullAnswer

/** Those of the hashes asked about that the server holds. */
export const heldHashes = (json: unknown): string[] =>
  (checked(json, ({ have }) => Array.isArray(have)) as { have: string[] }).have

/** The server speaks for another database than the one we know: start the round anew. */
export class EpochChanged extends Error {
  override name = 'EpochChanged'
  constructor(readonly epoch: string) {
    super('epoch changed')
  }
}
