/** A paper under way: filled in from an inspection, judged by the rules, issued under the next number. */
import type { GridfieldDb } from '../../db/open'
import { caseTitle, failedItems, severityOf } from '../../domain/checklist'
import type { DocumentIssue, PaperFinding, Strokes } from '../../domain/document'
import { dueAt, type Days } from '../../domain/due'
import { newId } from '../../domain/ids'
import type { Answer, ChecklistItem, Inspection, Row } from '../../domain/records'
import { formatDate } from '../../domain/time'
import { saveMutation } from '../../sync/save'
import { holder, NoNumberLeft, numbersLeft, use, type Series } from './stock'

/** What was found, as a paper says it; what only the cleared may know is left out. */
export function findingsOf(items: readonly ChecklistItem[], answers: readonly Answer[]): PaperFinding[] {
  return failedItems(items, answers).filter(({ visibility }) => visibility === 'normal').map((item) => {
    const answer = answers.find(({ code }) => code === item.code)
    const note = answer?.note ? `（${answer.note}）` : ''
    return { item_code: item.code, text: `${caseTitle(item, answer)}${note}`, basis: item.basis, correction: `整改至符合要求：${item.text}` }
  })
}

/** The day by which all that failed is to be put right, as each item leaves time from the visit on. */
export function deadlineOf(items: readonly ChecklistItem[], visit: Pick<Inspection, 'answers' | 'captured_at'>, days: Days): string {
  const dues = failedItems(items, visit.answers).map((item) => {
    const answer = visit.answers.find(({ code }) => code === item.code)
    return formatDate(dueAt(visit.captured_at, item.deadline, severityOf(item, answer), days))
  })
  return [...dues, formatDate(Date.now())].sort().at(-1) ?? ''
}

export interface Work {
  authority: Row<'authority'>
  template: Row<'document_template'>
  house_id: string
  inspection_id: string | null
  issued_on: string
  checked_on: string
  deadline_on: string
  place: string
  party: DocumentIssue['party']
  findings: PaperFinding[]
  officers: { enforcer_id: string; signature: Strokes | null }[]
  signature: Strokes | null
}

/** The series in which the paper gets its number. */
export function seriesOf({ authority, template, issued_on }: Pick<Work, 'authority' | 'template' | 'issued_on'>): Series {
  return { authority_id: authority.id, kind: template.kind, year: Number(issued_on.slice(0, 4)) }
}

/** Issues it, under the next number of this phone's; answers the paper's id. */
export async function issue(db: GridfieldDb, work: Work): Promise<string> {
  const { authority, template, ...said } = work
  const series = seriesOf(work)
  const [number] = await numbersLeft(db, series)
  if (number === undefined) throw new NoNumberLeft()
  const document_id = newId()
  const args: DocumentIssue = {
    ...said, document_id, kind: template.kind, authority_id: authority.id, template_id: template.id,
    device_id: await holder(db), number,
  }
  // Plain data: the screen's own is watched, and no store takes that.
  const plain = JSON.parse(JSON.stringify(args)) as DocumentIssue
  await saveMutation(db, { name: 'document.issue', args: plain, alongside: () => use(db, series, number) })
  return document_id
}
