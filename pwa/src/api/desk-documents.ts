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
  department_id: string | null
  name: string
  /** With which its numbers begin. */
  word: string
  may_order: boolean
  contact: string
  remedy: string
  /** Numbers were given: what they begin with stays. */
  fixed: boolean
  enforcers: Enforcer[]
  /** Who works in its department, and could be certified. */
  people: Named[]
}

export type NewAuthority = Pick<Authority, 'department_id' | 'name' | 'word' | 'may_order' | 'contact' | 'remedy'>

/** A person who may enforce; both days count. */
export interface Enforcer extends Certificate {
  id: string
  user_id: string
  name: string
}

export interface Certificate {
  certificate_no: string
  since: string
  until: string | null
}

/** A line of a paper; `each` is written once for each finding. */
export interface PaperLine {
  kind: 'to' | 'fact' | 'text' | 'each' | 'note'
  text: string
}

/** A reference to a law, and the days from and to which it holds. */
export interface Law {
  text: string
  since?: string
  until?: string
}

/** A version of what one kind of paper says. */
export interface PaperWords {
  id: string
  kind: DocumentKind
  version: number
  title: string
  /** The part of a number that names the kind. */
  word: string
  body: PaperLine[]
  laws: Law[]
}

export const documents = {
  list: (query: Query, signal?: AbortSignal) => call<Page<DocumentRow>>('/api/documents', { query, signal }),
  file: (id: string) => call<DocumentFile>(`/api/documents/${id}`),
  withdraw: (id: string, reason: string) =>
    call<DocumentFile>(`/api/documents/${id}/withdraw`, { method: 'POST', body: { reason } }),
  authorities: () => call<Authority[]>('/api/authorities'),
  addAuthority: (given: NewAuthority) => call<Authority>('/api/authorities', { method: 'POST', body: given }),
  changeAuthority: (id: string, given: NewAuthority) => call<Authority>(`/api/authorities/${id}`, { method: 'PUT', body: given }),
  certify: (id: string, given: Certificate & { user_id: string }) =>
    call<Authority>(`/api/authorities/${id}/enforcers`, { method: 'POST', body: given }),
  changeCertificate: (id: string, given: Certificate) => call<Authority>(`/api/enforcers/${id}`, { method: 'PUT', body: given }),
  words: () => call<PaperWords[]>('/api/document-templates'),
  publishWords: (given: Omit<PaperWords, 'id' | 'version'> & { based_on: number }) =>
    call<PaperWords>('/api/document-templates', { method: 'POST', body: given }),
  blocks: () => call<NumberBlock[]>('/api/documents/numbers'),
  reclaim: (id: string, reason: string) =>
    call<undefined>(`/api/documents/numbers/${id}/reclaim`, { method: 'POST', body: { reason } }),
}
