/** An inspection under way: plain data that a draft can hold, and what follows from it. */
import {
  type HouseFacts,
  computedNumbers,
  emptyAnswer,
  evaluate,
  factsOf,
  failedItems,
  missing,
  shown,
  passAnswer,
} from '../../domain/checklist'
import { newId } from '../../domain/ids'
import type {
  Answer,
  ChecklistItem,
  Inspection,
  InspectionOutcome,
  InspectionSubmit,
  PhotoManifest,
  Row,
} from '../../domain/records'
import type { Position } from '../../domain/geo'
import { toUtc } from '../../domain/time'

export interface InspectionWork {
  inspection_id: string
  house_id: string
  checklist_id: string
  task_id: string | null
  started_at: string
  outcome: InspectionOutcome
  answers: Answer[]
  note: string
  /** Where it was, when it was sent before and is being put right; else the phone's own position counts. */
  position?: Position | null
}

export type Answers = Record<string, Answer>
export type PhotosByItem = Record<string, PhotoManifest[]>

/** A fresh inspection of a house; nothing in it is answered yet. */
export function newWork(houseId: string, checklistId: string, taskId: string | null): InspectionWork {
  return {
    inspection_id: newId(),
    house_id: houseId,
    checklist_id: checklistId,
    task_id: taskId,
    started_at: toUtc(Date.now()),
    outcome: 'inspected',
    answers: [],
    note: '',
  }
}

/** One answer for every item, as given so far. */
export function answersOf(items: readonly ChecklistItem[], given: readonly Answer[]): Answers {
  const byCode = new Map(given.map((answer) => [answer.code, answer]))
  return Object.fromEntries(
    items.map(({ code }) => [code, { ...(byCode.get(code) ?? emptyAnswer(code)) }]),
  )
}

/**
 * The answers whose number is another now that others changed. `computed` keeps the codes whose number was put there
 * so: one that follows from nothing any more is taken away again, one that a person typed is theirs.
 */
export function following(
  items: readonly ChecklistItem[], answers: Answers, facts: HouseFacts, computed: Set<string>,
): Answer[] {
  const numbers = computedNumbers(items, Object.values(answers), factsOf(facts))
  return items.filter(({ formula }) => formula).flatMap(({ code }) => {
    const answer = answers[code] ?? emptyAnswer(code)
    const follows = numbers.get(code) ?? null
    const number = follows ?? (computed.has(code) ? null : answer.number)
    if (follows === null) computed.delete(code)
    else computed.add(code)
    return number === answer.number ? [] : [{ ...answer, number }]
  })
}

/** Whether an answer says anything. */
export function isTouched(answer: Answer): boolean {
  return answer.verdict !== null || answer.number !== null || Boolean(answer.text ?? answer.note)
}

/** Section names in the order of the items. */
export function sectionsOf(items: readonly ChecklistItem[]): string[] {
  return [...new Set(items.map(({ section }) => section))]
}

/** How many of these items are answered. */
export function doneCount(items: readonly ChecklistItem[], answers: Answers): number {
  return items.filter((item) => evaluate(item, answers[item.code]) !== 'open').length
}

/** What "all in order" would write: new answers for the items that are still open. */
export function passOpen(
  items: readonly ChecklistItem[],
  answers: Answers,
  facts: HouseFacts,
): Answer[] {
  return items
    .filter((item) => evaluate(item, answers[item.code]) === 'open')
    .map((item) => passAnswer(item, facts, answers[item.code]))
}

/** The item to go back to: the draft's, if the checklist still has it, else the first open one. */
export function startItem(
  items: readonly ChecklistItem[],
  answers: Answers,
  cursor: string | null,
): string | null {
  if (cursor && items.some(({ code }) => code === cursor)) return cursor
  const open = items.find((item) => evaluate(item, answers[item.code]) === 'open')
  return (open ?? items[0])?.code ?? null
}

/** The failures of the newest finished inspection, by item code. */
export function lastFailures(
  inspections: readonly Row<'inspection'>[],
  items: readonly ChecklistItem[],
): Map<string, Answer> {
  const last = newestFinished(inspections)
  if (!last) return new Map()
  const codes = new Set(failedItems(items, last.answers).map(({ code }) => code))
  return new Map(last.answers.filter(({ code }) => codes.has(code)).map((a) => [a.code, a]))
}

function newestFinished(inspections: readonly Row<'inspection'>[]): Inspection | undefined {
  return inspections
    .filter(({ outcome }) => outcome === 'inspected')
    .sort((a, b) => b.captured_at.localeCompare(a.captured_at))[0]
}

/** What keeps the work from being submitted; only a real inspection needs its answers. */
export function gaps(
  work: InspectionWork,
  items: readonly ChecklistItem[],
  answers: Answers,
  photos: PhotosByItem,
): ReturnType<typeof missing> {
  if (work.outcome !== 'inspected') return []
  return missing(items, Object.values(answers), Object.values(photos).flat())
}

/** The arguments of `inspection.submit@1`; a case id for each failed item. */
export function submitArgs(
  work: InspectionWork,
  items: readonly ChecklistItem[],
  answers: Answers,
  photos: PhotosByItem,
  position: Position | null,
): InspectionSubmit {
  const inspected = work.outcome === 'inspected'
  const asked = new Set(shown(items, Object.values(answers)).map(({ code }) => code))
  // What was answered before another answer hid the item goes along: the centre tells which it is.
  const sent = items.filter(({ code }) => asked.has(code) || (answers[code] && isTouched(answers[code])))
  const given = inspected ? sent.map(({ code }) => tidy(answers[code] ?? emptyAnswer(code))) : []
  return {
    inspection_id: work.inspection_id,
    house_id: work.house_id,
    checklist_id: work.checklist_id,
    task_id: work.task_id,
    started_at: work.started_at,
    outcome: work.outcome,
    answers: given,
    note: words(work.note),
    position: work.position === undefined ? position : work.position,
    photos: Object.values(photos).flat(),
    case_ids: Object.fromEntries(failedItems(items, given).map(({ code }) => [code, newId()])),
  }
}

function words(text: string | null): string | null {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}

function tidy(answer: Answer): Answer {
  return { ...answer, text: words(answer.text), note: words(answer.note) }
}
