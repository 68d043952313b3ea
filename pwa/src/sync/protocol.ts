/** The bodies of push and pull as they go over the wire (docs/sync-protocol.md, sections 4 and 5). */
import type { Http } from '../api/http'
import type { GridfieldDb } from '../db/open'
import type { FieldProblem, MutationVerdict } from '../db/schema'
import type { RecordKind, RecordMap } from '../domain/records'
import type { Clock } from './clock'

export const PROTO = 1
/** The shape of rows that is asked for until an answer has named one. */
export const FIRST_VIEW = 1
export const PAGE = 200

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

/** The server speaks for another database than the one we know: start the round anew. */
export class EpochChanged extends Error {
  override name = 'EpochChanged'
  constructor(readonly epoch: string) {
    super('epoch changed')
  }
}
