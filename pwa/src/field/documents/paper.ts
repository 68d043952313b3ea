/** A paper as this phone writes and shows it. */
import { compose, dayText, lawInForce, numberText, type Line, type PaperDocument } from '../../domain/document'
import type { Row } from '../../domain/records'

export type Written = Omit<PaperDocument, 'state' | 'served_at' | 'ended_reason' | 'captured_at'> & Partial<PaperDocument>

export interface Parts {
  authority: Row<'authority'>
  template: Row<'document_template'>
  enforcers: readonly Row<'enforcer'>[]
  issuer: string
}

export interface Signed {
  label: string
  signature: number[][] | null
}

/** All that is printed, from the top. */
export interface Sheet {
  authority: string
  title: string
  number: string
  lines: Line[]
  signed: Signed[]
  day: string
  service: Signed[]
  stamp: string
}

const WIDE = '\u3000' // as wide as a sign, for what is written by hand
const STAMPS: Partial<Record<PaperDocument['state'], string>> = { void: '作废', withdrawn: '已撤回' }

/** The paper's number in words. */
export function numberOf(paper: Written, { authority, template }: Pick<Parts, 'authority' | 'template'>): string {
  if (paper.number_text) return paper.number_text
  return numberText(authority.word, template.word, Number(paper.issued_on.slice(0, 4)), paper.number)
}

function signers(paper: Written, { enforcers, issuer }: Parts): Signed[] {
  if (paper.kind === 'advice') return [{ label: `告知人：${issuer}`, signature: paper.signature }]
  return paper.officers.map(({ enforcer_id, signature }) => {
    const officer = enforcers.find(({ id }) => id === enforcer_id)
    return { label: `执法人员：${officer?.name ?? ''}  执法证号：${officer?.certificate_no ?? ''}`, signature }
  })
}

function serviceLines({ service, served_at }: Written, when: (at: string) => string): Signed[] {
  if (!service) return [{ label: `受送达人（签名）：${WIDE.repeat(7)}收到时间：${WIDE}${['年', '月', '日', '时', '分'].map((part) => WIDE.repeat(2) + part).join('')}`, signature: null }]
  const who = `${service.receiver}${service.relation ? `（${service.relation}）` : ''}`
  const at = served_at ? when(served_at) : ''
  if (service.manner === 'signed') return [{ label: `受送达人：${who}  收到时间：${at}`, signature: service.signature }]
  return [
    { label: `受送达人${who}拒绝签收。时间：${at}`, signature: null },
    { label: `见证人：${service.witness}`, signature: service.witness_signature },
  ]
}

/** What the paper says, as it will be printed. */
export function sheetOf(paper: Written, parts: Parts, when: (at: string) => string): Sheet {
  const { authority, template } = parts
  const words = {
    party: paper.party.name, party_id: paper.party.id_masked, party_phone: paper.party.phone,
    party_address: paper.party.address, place: paper.place, checked_on: dayText(paper.checked_on),
    deadline: dayText(paper.deadline_on), law: lawInForce(template.laws, paper.issued_on),
    contact: paper.contact ?? authority.contact, remedy: paper.remedy ?? authority.remedy,
  }
  return {
    authority: paper.authority ?? authority.name, title: template.title, number: numberOf(paper, parts),
    lines: compose(template.body, words, paper.findings), signed: signers(paper, parts),
    day: dayText(paper.issued_on), service: serviceLines(paper, when),
    stamp: (paper.state && STAMPS[paper.state]) ?? '',
  }
}
