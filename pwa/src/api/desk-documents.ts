/** The desk's client of the register of papers: what was handed over, its numbers, and who may issue. */
import { call, type Query } from './desk'
import type { CaseState } from '../domain/records'
import type { Named, Page } from './desk-records'

export type DocumentKind = 'advice' | 'order'
export type DocumentState = 'issued' | 'served' | 'void' | 'withdrawn'

export interface DocumentRow {
  id: string
  kind: DocumentKind
  number_text: string
  state: DocumentState
  authority: string
  party: string
  place: string
  issued_on: string
  deadline_on: string
  house_id: string
  captured_at: string
  /** When it came to the centre, by which the register is in order. */
  received_at: string
  served_at: string | null
  clock_suspect: boolean
  overdue: boolean
  issuer: Named
  village: Named | null
  grid: Named | null
}

/** How a paper was handed over. */
export interface Service {
  manner: 'signed' | 'refused'
  receiver: string
  relation: string
  witness: string
  note: string
}

export interface DocumentFile extends DocumentRow {
  inspection_id: string | null
  lines: { kind: 'to' | 'fact' | 'text' | 'item' | 'note'; text: string }[]
  findings: {
    item_code: string | null
    text: string
    basis: string
    correction: string
    case: { id: string; number: string; state: CaseState } | null
  }[]
  officers: { name: string; certificate_no: string }[]
  service: Service | null
  ended_at: string | null
  ended_reason: string | null
  ended_by: Named | null
  withdrawable: boolean
}

export interface NumberBlock {
  id: string
  authority: string
  kind: DocumentKind
  year: number
  first: number
  last: number
  /** Whose phone has it; nobody's known where a restore has withheld it. */
  holder: string | null
  leased_at: string
  reclaimed_at: string | null
  left: number
  numbers: { number: number; state: 'leased' | 'issued' | 'void'; reason: string | null }[]
}

/** A body that issues papers; its people and their certificates. */
export interface Authority {
  id: string
  name: string
}

export const documents = {
  list: (query: Query, signal?: AbortSignal) => call<Page<DocumentRow>>('/api/documents', { query, signal }),
  file: (id: string) => call<DocumentFile>(`/api/documents/${id}`),
  withdraw: (id: string, reason: string) =>
    call<DocumentFile>(`/api/documents/${id}/withdraw`, { method: 'POST', body: { reason } }),
  authorities: () => call<Authority[]>('/api/authorities'),
  blocks: () => call<NumberBlock[]>('/api/documents/numbers'),
  reclaim: (id: string, reason: string) =>
    call<undefined>(`/api/documents/numbers/${id}/reclaim`, { method: 'POST', body: { reason } }),
}
