/**
 * What follows from the answers of an inspection: the same rules as backend/checklists/rules.py,
 * held together by tests/vectors/checklist.json. A missing answer is an empty one. An item that its
 * condition hides neither fails nor is missing; conditions and formulas look back only.
 */
import { type Fact, type Said, compute, holds } from './expressions'
import type {
  Answer, ChecklistItem, House, HouseState, InspectionOutcome, InspectionResult, Occupant, Severity, Verdict,
} from './records'

export type Evaluation = Verdict | 'open'
export type Gap = 'answer' | 'number' | 'severity' | 'photo'
export interface Missing {
  code: string
  gap: Gap
}
export interface HouseFacts {
  house: Pick<House, 'occupant_count' | 'room_count' | 'area_m2' | 'extinguishers'> & Partial<Pick<House, 'bed_count' | 'floors'>>
  occupants?: readonly Pick<Occupant, 'room_id' | 'until'>[]
}
/** Facts of a house by their names in formulas. */
export type Facts = Partial<Record<Fact, number | null>>
type Answers = readonly Answer[]
type ItemPhotos = readonly { item_code?: string | null }[]

/** The version in force: of the checklist named, else the newest there is. A retired one is for what was begun under it. */
export function inForce<T extends { code: string; state: string; version: number }>(lists: readonly T[], code: string | null): T | undefined {
  const open = lists.filter((list) => list.state === 'published' && (code === null || list.code === code))
  return open.sort((a, b) => b.version - a.version)[0]
}

/** An answer with nothing in it. */
export function emptyAnswer(code: string): Answer {
  return { code, verdict: null, number: null, text: null, note: null, severity: null }
}

function beyondLimits(item: ChecklistItem, number: number): boolean {
  return number < (item.min ?? -Infinity) || number > (item.max ?? Infinity)
}

function evaluateNumber(item: ChecklistItem, answer: Answer): Evaluation {
  const withVerdict = item.answer === 'number+pass_fail_na'
  if (withVerdict && answer.verdict === 'na') return 'na'
  if (answer.number == null) return 'open'
  if (item.severity === 'computed') return 'pass'
  if (beyondLimits(item, answer.number)) return 'fail'
  return withVerdict ? (answer.verdict ?? 'open') : 'pass'
}

function evaluateText(item: ChecklistItem, answer: Answer): Evaluation {
  if ((answer.text ?? '').trim() === '' || item.severity !== 'chosen_on_site') return 'pass'
  return answer.severity == null ? 'open' : 'fail'
}

/** What an answer comes to; "open" while something that the item asks for is missing. */
export function evaluate(item: ChecklistItem, answer: Answer | undefined): Evaluation {
  const given = answer ?? emptyAnswer(item.code)
  if (item.answer === 'text') return evaluateText(item, given)
  if (item.answer.startsWith('number')) return evaluateNumber(item, given)
  return item.severity === 'computed' && given.verdict === 'fail' ? 'pass' : (given.verdict ?? 'open')
}

/** How grave the item's failure is: fixed by the item, or chosen on site. */
export function severityOf(item: ChecklistItem, answer: Answer | undefined): Severity {
  if (item.severity === 'computed') return 'general'
  return item.severity === 'chosen_on_site' ? (answer?.severity ?? 'general') : item.severity
}

/** That an item is not met; its own words say what ought to be. */
export function notMet(item: Pick<ChecklistItem, 'text'>): string {
  return `不符合：${item.text}`
}

/** What the hazard of a failed item is called: the worker's words, else that it is not met. */
export function caseTitle(item: ChecklistItem, answer: Answer | undefined): string {
  return (answer?.text ?? '').trim() || notMet(item)
}

function gapOf(item: ChecklistItem, answer: Answer | undefined, photos: ItemPhotos): Gap | null {
  const evaluation = evaluate(item, answer)
  if (evaluation === 'open') {
    if (item.answer === 'text') return 'severity'
    return item.answer.startsWith('number') && (answer?.number ?? null) === null ? 'number' : 'answer'
  }
  if (evaluation !== 'fail' || item.photo_on_fail !== 'required') return null
  return photos.some((photo) => photo.item_code === item.code) ? null : 'photo'
}

function byCode(answers: Answers): Map<string, Answer> {
  return new Map(answers.map((answer) => [answer.code, answer]))
}

interface Walked {
  shown: ChecklistItem[]
  computed: Map<string, number | null>
}

/** From item to item in their order; where there are facts, computed numbers are put into `given`. */
function walk(items: readonly ChecklistItem[], given: Map<string, Answer>, facts: Facts | null): Walked {
  const seen = new Map<string, ChecklistItem>()
  const computed = new Map<string, number | null>()
  const said = (code: string): Said | null => {
    const item = seen.get(code)
    const answer = given.get(code)
    return item ? { verdict: evaluate(item, answer), number: answer?.number ?? null } : null
  }
  const numberOf = (term: string) => facts?.[term as Fact] ?? said(term)?.number ?? null
  for (const item of items) {
    if (item.show_if && !holds(item.show_if, said)) continue
    if (item.formula && facts) {
      const number = compute(item.formula, numberOf)
      computed.set(item.code, number)
      if (number !== null) given.set(item.code, { ...(given.get(item.code) ?? emptyAnswer(item.code)), number })
    }
    seen.set(item.code, item)
  }
  return { shown: [...seen.values()], computed }
}

/** The items that these answers leave to be asked, in their order; the very list where none depends on another. */
export function shown(items: readonly ChecklistItem[], answers: Answers): readonly ChecklistItem[] {
  return items.some(({ show_if: condition }) => condition) ? walk(items, byCode(answers), null).shown : items
}

/** The answers by code, with the numbers that follow from others and from facts of the house. */
export function filled(items: readonly ChecklistItem[], answers: Answers, facts: Facts): Map<string, Answer> {
  const given = byCode(answers)
  walk(items, given, facts)
  return given
}

/** The numbers of the shown items that have a formula; null where something is unknown. */
export function computedNumbers(
  items: readonly ChecklistItem[], answers: Answers, facts: Facts,
): ReadonlyMap<string, number | null> {
  return walk(items, byCode(answers), facts).computed
}

/** What formulas may take from the file of a house. */
export function factsOf({ house }: HouseFacts): Facts {
  return {
    occupants: house.occupant_count,
    rooms: house.room_count,
    beds: house.bed_count ?? null,
    area: house.area_m2,
    floors: house.floors ?? null,
    extinguishers: house.extinguishers,
  }
}

/** What keeps an inspection from being finished, in the order of the items. */
export function missing(items: readonly ChecklistItem[], answers: Answers, photos: ItemPhotos): Missing[] {
  const given = byCode(answers)
  return shown(items, answers).flatMap((item) => {
    const gap = gapOf(item, given.get(item.code), photos)
    return gap === null ? [] : [{ code: item.code, gap }]
  })
}

/** The items that failed, in their order. */
export function failedItems(items: readonly ChecklistItem[], answers: Answers): ChecklistItem[] {
  const given = byCode(answers)
  return shown(items, answers).filter((item) => evaluate(item, given.get(item.code)) === 'fail')
}

/** A critical failure fails the house, another asks for rectification; no inspection, no result. */
export function result(
  outcome: InspectionOutcome, items: readonly ChecklistItem[], answers: Answers,
): InspectionResult {
  if (outcome !== 'inspected') return 'none'
  const failed = failedItems(items, answers)
  const given = byCode(answers)
  if (failed.some((item) => severityOf(item, given.get(item.code)) === 'critical')) return 'fail'
  return failed.length > 0 ? 'rectify' : 'pass'
}

/** The state of a house after an inspection with this result: what was found before stays found until it is rechecked. */
export function houseStateAfter(state: HouseState, outcome: InspectionResult): HouseState {
  if (outcome === 'none' || state === 'failed') return state
  if (outcome === 'fail') return 'failed'
  return outcome === 'rectify' || state === 'rectify' ? 'rectify' : 'passed'
}

function mostInOneRoom(facts: HouseFacts): number | null {
  const rooms = new Map<string, number>()
  for (const { room_id, until } of facts.occupants ?? []) {
    if (room_id !== null && until === null) rooms.set(room_id, (rooms.get(room_id) ?? 0) + 1)
  }
  if (rooms.size > 0) return Math.max(...rooms.values())
  const { occupant_count, room_count } = facts.house
  return room_count ? Math.ceil(occupant_count / room_count) : null
}

/** The number that the house file already knows for an item; null when it knows none. */
export function prefill(item: ChecklistItem, facts: HouseFacts): number | null {
  const { house } = facts
  switch (item.prefill) {
    case 'occupants': return house.occupant_count
    case 'rooms': return house.room_count
    case 'extinguishers': return house.extinguishers
    case 'persons_per_room': return mostInOneRoom(facts)
    case 'area_per_person':
      return house.area_m2 !== null && house.occupant_count > 0
        ? Math.round((house.area_m2 / house.occupant_count) * 10) / 10
        : null
    default: return null
  }
}

/** "All in order": passes what can be passed, with numbers from the house file, keeping given numbers. */
export function passAnswer(item: ChecklistItem, facts: HouseFacts, answer?: Answer): Answer {
  const base = answer ?? emptyAnswer(item.code)
  const takesVerdict = item.answer.includes('pass_fail_na')
  const takesNumber = item.answer.startsWith('number')
  return {
    ...base,
    verdict: takesVerdict ? 'pass' : null,
    number: takesNumber ? (base.number ?? prefill(item, facts)) : null,
  }
}
