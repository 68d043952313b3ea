/** A paper under way: filled in from an inspection, judged by the rules, issued under the next number. */
import type { GridfieldDb } from '../../db/open'
import { caseTitle, failedItems, severityOf } from '../../domain/checklist'
import type { DocumentIssue, DocumentVoid, PaperFinding, Strokes } from '../../domain/document'
import { dueAt, type Days } from '../../domain/due'
import { newId } from '../../domain/ids'
import type { Answer, ChecklistItem, Inspection, Row } from '../../domain/records'
import { formatDate } from '../../domain/time'
import { enqueue } from '../../sync/enqueue'
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

/** The draft that a paper comes from, and the refused paper that it replaces. */
export interface Origin {
  draftId: string
  replaces: string | null
  /** What is said of the number that the refused one bears. */
  voidReason: string
}

/** Issues it, under the next number of this phone's; answers the paper's id. */
export async function issue(db: GridfieldDb, work: Work, { draftId, replaces, voidReason }: Origin): Promise<string> {
  const { authority, template, ...said } = work
  const series = seriesOf(work)
  const [number] = await numbersLeft(db, series)
  if (number === undefined) throw new NoNumberLeft()
  const document_id = newId()
  const args: DocumentIssue = {
    ...said, document_id, kind: template.kind, authority_id: authority.id, authority_version: authority.version ?? null,
    template_id: template.id, device_id: await holder(db), number,
  }
  // Plain data: the screen's own is watched, and no store takes that.
  const plain = JSON.parse(JSON.stringify(args)) as DocumentIssue
  const replaced = await refusedPaper(db, replaces)
  const captured_at = new Date().toISOString() // of the new paper, not of the one that it replaces
  const alongside = async (): Promise<void> => {
    await use(db, series, number)
    if (replaced) await enqueue(db, { name: 'document.void', v: 1, deps: [], captured_at, args: { ...voidOf(replaced), reason: voidReason } })
  }
  await saveMutation(db, { name: 'document.issue', args: plain, captured_at, draftId, alongside })
  return document_id
}

/** The refused paper whose number the server still takes for unused. */
async function refusedPaper(db: GridfieldDb, id: string | null): Promise<DocumentIssue | null> {
  const letter = id === null ? undefined : await db.dead.get(id)
  if (!letter || letter.code.startsWith('document-number') || ELSEWHERE.includes(letter.code)) return null
  return letter.args as DocumentIssue
}

const ELSEWHERE = ['hash-conflict', 'not-found']

function voidOf({ authority_id, kind, device_id, number, issued_on }: DocumentIssue): Omit<DocumentVoid, 'reason'> {
  return { document_id: null, authority_id, kind, device_id, number, year: Number(issued_on.slice(0, 4)) }
}
