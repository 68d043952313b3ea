/** A paper being written: what stands in its form and is kept as a draft. */
import type { DocumentIssue, PaperFinding, Party, Strokes } from '../../domain/document'

export interface PaperWork {
  authority_id: string
  inspection_id: string | null
  place: string
  deadline_on: string
  /** The identity number as it is kept everywhere: its middle hidden. */
  party: Party
  findings: PaperFinding[]
  /** The officers by their certificates' ids; whoever writes advice signs under ''. */
  officers: string[]
  signatures: Record<string, Strokes | null>
}

/** Nothing is written yet. */
export function newPaper(inspectionId: string | null, today: string): PaperWork {
  const party = { name: '', id_masked: '', phone: '', address: '' }
  return { authority_id: '', inspection_id: inspectionId, place: '', deadline_on: today, party, findings: [], officers: [], signatures: {} }
}

/** A paper that was issued, to be written once more; nobody has signed the new one. */
export function workOf({ authority_id, inspection_id, place, deadline_on, party, findings, officers }: DocumentIssue): PaperWork {
  return { authority_id, inspection_id, place, deadline_on, party, findings, officers: officers.map(({ enforcer_id }) => enforcer_id), signatures: {} }
}
