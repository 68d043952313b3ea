/**
 * What a paper must be, how its number reads and what it says: the same rules as backend/documents/rules.py,
 * held together by tests/vectors/document.json.
 */
export type DocumentKind = 'advice' | 'order'
/** Each stroke is [x, y, x, y, …] in thousandths of the field's width; the field is 400 high. */
export type Strokes = number[][]

export interface Authority {
  name: string
  word: string
  may_order: boolean
  contact: string
  remedy: string
  /** Of name, contact and remedy; a phone that was loaded long ago may not know it. */
  version?: number
}

export interface Enforcer {
  user_id: string
  authority_id: string
  name: string
  certificate_no: string
  since: string
  until: string | null
}

export interface Law {
  since?: string
  until?: string
  text: string
}

export interface TemplatePart {
  kind: 'to' | 'fact' | 'text' | 'each' | 'note'
  text: string
}

export interface DocumentTemplate {
  kind: DocumentKind
  version: number
  title: string
  word: string
  body: TemplatePart[]
  laws: Law[]
}

export interface NumberBlock {
  authority_id: string
  kind: DocumentKind
  year: number
  first: number
  last: number
  device_id: string
}

export interface PaperFinding {
  item_code: string | null
  text: string
  basis: string
  correction: string
}

export interface Party {
  name: string
  id_masked: string
  phone: string
  address: string
}

export interface NamedOfficer {
  enforcer_id: string
  signature: Strokes | null
}

export interface DocumentLease {
  block_id: string
  device_id: string
  authority_id: string
  kind: DocumentKind
  year: number
}

export interface DocumentIssue {
  document_id: string
  kind: DocumentKind
  authority_id: string
  authority_version?: number | null
  template_id: string
  device_id: string
  number: number
  house_id: string
  inspection_id: string | null
  issued_on: string
  checked_on: string
  deadline_on: string
  place: string
  party: Party
  findings: PaperFinding[]
  officers: NamedOfficer[]
  signature: Strokes | null
}

export interface Service {
  manner: 'signed' | 'refused'
  receiver: string
  relation: string
  signature: Strokes | null
  witness: string
  witness_signature: Strokes | null
  note: string
}

export type DocumentServe = Service & { document_id: string }

export interface DocumentVoid {
  document_id: string | null
  authority_id: string
  kind: DocumentKind
  year: number
  device_id: string
  number: number
  reason: string
}

/** A paper of one's own. The server adds its number in words and what it says of its authority; until then the phone makes them itself. */
export type PaperDocument = Omit<DocumentIssue, 'document_id' | 'device_id' | 'authority_version'> & {
  number_text?: string
  authority?: string
  contact?: string
  remedy?: string
  captured_at: string
  state: 'issued' | 'served' | 'void' | 'withdrawn'
  served_at: string | null
  service: Service | null
  ended_reason: string | null
}

export interface Line {
  kind: string
  text: string
}

export type Rule = 'document-no-power' | 'document-one-officer' | 'document-deadline-past'

export interface PaperFacts {
  kind: DocumentKind
  authority: string
  may_order: boolean
  issuer_qualified: boolean
  officers: { authority: string; since: string; until: string | null }[]
  issued_on: string
  deadline_on: string
}

/** The rules that the paper breaks, the gravest first. */
export function faults(facts: PaperFacts): Rule[] {
  const { kind, issued_on: day } = facts
  const broken: Rule[] = []
  if (kind === 'order') {
    if (!facts.may_order || !facts.issuer_qualified) broken.push('document-no-power')
    const qualified = facts.officers.filter(({ authority, since, until }) =>
      authority === facts.authority && since <= day && (until === null || day <= until))
    if (qualified.length < 2) broken.push('document-one-officer')
  }
  if (facts.deadline_on < day) broken.push('document-deadline-past')
  return broken
}

/** A number as papers show it: 通公（近海）责改字〔2026〕第0012号. */
export function numberText(authorityWord: string, kindWord: string, year: number, number: number): string {
  return `${authorityWord}${kindWord}〔${year}〕第${String(number).padStart(4, '0')}号`
}

/** A day as papers write it: 2026年12月1日. */
export function dayText(day: string): string {
  const [year, month, date] = day.split('-').map(Number)
  return `${year}年${month}月${date}日`
}

/** The reference that held on that day; empty where none did. */
export function lawInForce(laws: readonly Law[], day: string): string {
  return laws.find(({ since = '', until = '9999' }) => since <= day && day <= until)?.text ?? ''
}

function line(kind: string, text: string, words: Readonly<Record<string, string>>): Line[] {
  const blanks = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  if (!blanks.every((name) => words[name])) return []
  return [{ kind, text: text.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '') }]
}

/** The lines of a paper: one with a blank that nothing fills is left out, `each` is written for each finding. */
export function compose(
  body: readonly TemplatePart[], words: Readonly<Record<string, string>>, findings: readonly PaperFinding[],
): Line[] {
  return body.flatMap(({ kind, text }) => {
    if (kind !== 'each') return line(kind, text, words)
    return findings.flatMap((finding, at) => line('item', text, {
      ...words, text: finding.text, basis: finding.basis, correction: finding.correction, n: String(at + 1),
    }))
  })
}

/** An identity number with its middle hidden; nothing else of it is ever kept. */
export function maskId(number: string): string {
  const plain = number.trim()
  return plain.length > 8 ? plain.slice(0, 4) + '*'.repeat(plain.length - 8) + plain.slice(-4) : plain
}
