/** A refused record becomes a draft again: filled with what was sent, and opened on the screen it came from. */
import type { RouteLocationRaw } from 'vue-router'
import type { GridfieldDb } from '../../db/open'
import { copyPhotos } from '../../db/photos'
import type { DeadRow, Draft } from '../../db/schema'
import type { DocumentIssue } from '../../domain/document'
import { newId } from '../../domain/ids'
import type { Position } from '../../domain/geo'
import type { CaseFollow, CaseWhistle, FeedbackSubmit, FindingRecheck, HazardReport, HazardSettle, HazardUrgent, HouseRegister, InspectionSubmit, MutationName, TaskFinish } from '../../domain/mutations'
import { workOf } from '../documents/paper-work'
import { draftPlace, FEEDBACK_OWNER } from '../drafts/unfinished'
import type { ReportWork } from '../hazards/report'
import type { UrgentWork } from '../hazards/use-urgent'
import type { StrikeOffWork } from '../hazards/use-strike-off'
import type { WhistleWork } from '../hazards/use-whistle'
import { formOf, type HouseWork } from '../houses/house-work'
import type { InspectionWork } from '../inspections/work'
import type { TaskWork } from '../tasks/finish-task'
import { wrongIn } from './wrong'

type Filled = Pick<Draft, 'id' | 'kind' | 'owner_id' | 'data'>
type Letter = Pick<DeadRow, 'mutation_id' | 'name' | 'code' | 'args' | 'errors'>

/** A record keeps its id, so that it can't be filed twice; only where the id itself is taken it gets another. */
const idFor = ({ code }: Letter, id: string): string => (code === 'hash-conflict' ? newId() : id)

/** Where it was, as long as nothing is wrong with that: today the phone may be elsewhere. */
function placeIn(letter: Letter, position: Position | null): Position | null | undefined {
  return wrongIn(letter).some(({ field }) => field === 'position') ? undefined : position
}

function inspectionDraft(letter: Letter): Filled {
  const { inspection_id, house_id, checklist_id, task_id, started_at, outcome, answers, note, position } = letter.args as InspectionSubmit
  const id = idFor(letter, inspection_id)
  const data: InspectionWork = {
    inspection_id: id, house_id, checklist_id, task_id, started_at, outcome, answers, note: note ?? '', position: placeIn(letter, position),
  }
  return { id, kind: 'inspection', owner_id: house_id, data }
}

function hazardDraft(letter: Letter): Filled {
  const { case_id, item_code, severity = null, done = null, house_id, note, address, position } = letter.args as Partial<HazardReport & HazardSettle> & Omit<HazardReport, 'severity'>
  const id = idFor(letter, case_id)
  const told = placeIn(letter, position)
  const picked = told?.source === 'map' ? { lng: told.lng, lat: told.lat } : null
  const data: ReportWork = {
    case_id: id, item_code, severity, house_id, picked, note: note ?? '', address: address ?? '', measured: told?.source === 'gps' ? told : null, done,
  }
  return { id, kind: 'hazard', owner_id: id, data }
}

/** A refused emergency keeps its case, and must not be taken for the next one. */
function urgentDraft(letter: Letter): Filled {
  const { case_id, text, position } = letter.args as HazardUrgent
  const id = idFor(letter, case_id)
  const data: UrgentWork = { text, case_id: id, position: placeIn(letter, position) ?? null }
  return { id, kind: 'urgent', owner_id: id, data }
}

function followDraft({ args }: Letter): Filled {
  const { case_id, text } = args as CaseFollow
  const data: UrgentWork = { text, case_id, position: null }
  return { id: newId(), kind: 'urgent', owner_id: case_id, data }
}

function whistleDraft({ args }: Letter): Filled {
  const { case_id, text, departments } = args as CaseWhistle
  const data: WhistleWork = { text, departments }
  return { id: newId(), kind: 'whistle', owner_id: case_id, data }
}

function strikeOffDraft({ args }: Letter): Filled {
  const { case_id, note, task_id } = args as FindingRecheck
  const data: StrikeOffWork = { note: note ?? '', task_id }
  return { id: newId(), kind: 'strike_off', owner_id: case_id, data }
}

function taskDraft(letter: Letter): Filled {
  const { task_id, text, position, answers = {} } = letter.args as TaskFinish
  const data: TaskWork = { text: text ?? '', answers, position: placeIn(letter, position) }
  return { id: newId(), kind: 'task', owner_id: task_id, data }
}

function houseDraft(letter: Letter): Filled {
  const { house_id, lng, lat, facts } = letter.args as HouseRegister
  const id = idFor(letter, house_id)
  const data: HouseWork = { house_id: id, picked: { lng, lat }, form: formOf(facts) }
  return { id, kind: 'house', owner_id: id, data }
}

/** A paper is issued anew, under another number: the one handed over does not count. */
function documentDraft({ args }: Letter): Filled {
  const issued = args as DocumentIssue
  return { id: newId(), kind: 'document', owner_id: issued.house_id, data: workOf(issued) }
}

function feedbackDraft(letter: Letter): Filled {
  const { feedback_id, text } = letter.args as FeedbackSubmit
  return { id: idFor(letter, feedback_id), kind: 'feedback', owner_id: FEEDBACK_OWNER, data: { text } }
}

const drafts: Partial<Record<MutationName, (letter: Letter) => Filled>> = {
  'inspection.submit': inspectionDraft,
  'hazard.report': hazardDraft,
  'hazard.settle': hazardDraft,
  'hazard.urgent': urgentDraft,
  'case.follow': followDraft,
  'case.whistle': whistleDraft,
  'finding.recheck': strikeOffDraft,
  'task.finish': taskDraft,
  'house.register': houseDraft,
  'document.issue': documentDraft,
  'feedback.submit': feedbackDraft,
}

/** Whether there is a screen on which this can be put right, and what that screen shows is on the phone. */
export async function isMendable(db: GridfieldDb, letter: Letter): Promise<boolean> {
  const { name, args } = letter
  if (drafts[name] === undefined) return false
  // Another's case does not become one's own by other words; what has ended stays ended.
  if (name.startsWith('case.') && ['forbidden', 'illegal-transition'].includes(letter.code)) return false
  if (name === 'finding.recheck' && ['forbidden', 'not-found'].includes(letter.code)) return false
  if (name === 'task.finish') return (await db.base.get(['task', (args as TaskFinish).task_id])) !== undefined
  if (name !== 'inspection.submit') return true
  // A house that is not the author's to inspect does not become so by another answer.
  if (wrongIn(letter).some(({ field }) => field === 'house_id')) return false
  return (await db.base.get(['house', (args as InspectionSubmit).house_id])) !== undefined
}

/** Makes the draft, or finds the one that was begun; answers where it is written on. */
export async function mend(db: GridfieldDb, letter: Letter): Promise<RouteLocationRaw> {
  const draft = await db.transaction('rw', db.drafts, db.photos, db.photo_bytes, async () => {
    const begun = await db.drafts.filter(({ replaces }) => replaces === letter.mutation_id).first()
    if (begun) return begun
    const filled = drafts[letter.name]?.(letter)
    if (!filled) throw new Error(`${letter.name} has no screen`)
    const cursor = wrongIn(letter).find(({ item }) => item !== null)?.item ?? null
    const fresh: Draft = { ...filled, cursor, replaces: letter.mutation_id, updated_at: Date.now() }
    await db.drafts.add(fresh)
    await copyPhotos(db, letter.mutation_id, { draft_id: fresh.id, owner_id: ownerOf(letter, fresh) })
    return fresh
  })
  return draftPlace(draft)
}

const OF_ANOTHER: readonly MutationName[] = ['task.finish', 'case.follow', 'finding.recheck']
const ownerOf = ({ name }: Letter, { id, owner_id }: Draft): string => (OF_ANOTHER.includes(name) ? owner_id : id)
