/** Work that was begun and not yet submitted: what it is about, and where to go on with it. */
import type { RouteLocationRaw } from 'vue-router'
import type { GridfieldDb } from '../../db/open'
import type { Draft, DraftKind } from '../../db/schema'
import type { HazardItem, RecordKind } from '../../domain/records'
import type { ReportWork } from '../hazards/report'
import type { InspectionWork } from '../inspections/work'

export interface Unfinished {
  id: string
  kind: DraftKind
  /** An address, a task's title, a hazard's kind; empty when nothing is known yet. */
  subject: string
  updated_at: number
  /** It was refused once, and is being put right. */
  mends: boolean
  to: RouteLocationRaw
}

/** All feedback is about the app. */
export const FEEDBACK_OWNER = 'feedback'

/** Of an emergency that is not reported yet; what is told afterwards is its case's. */
export const URGENT_OWNER = 'urgent'

/** Where a draft is written on. */
export function draftPlace({ kind, id, owner_id: owner, data, replaces }: Draft): RouteLocationRaw {
  // There may be another draft about the same thing: what mends a refusal is named.
  const query = replaces ? { query: { draft: id } } : {}
  switch (kind) {
    case 'inspection': {
      const inspected = (data as InspectionWork).outcome === 'inspected'
      return { name: inspected ? 'inspect' : 'inspect-summary', params: { id: owner }, ...query }
    }
    case 'task': return { name: 'task-finish', params: { id: owner }, ...query }
    case 'house': return { name: 'house-new', query: { draft: id } }
    case 'document': return { name: 'document-new', params: { id: owner }, query: { draft: id } }
    case 'hazard': return { name: 'hazard-new', query: { draft: id } }
    // An emergency that was refused has a case of its own.
    case 'urgent': return owner === URGENT_OWNER || owner === id ? { name: 'urgent', ...query } : { name: 'follow', params: { id: owner }, ...query }
    case 'whistle': return { name: 'whistle', params: { id: owner }, ...query }
    case 'strike_off': return { name: 'strike-off', params: { id: owner }, ...query }
    default: return { name: kind, ...query }
  }
}

async function subject(db: GridfieldDb, { kind, owner_id: owner, data }: Draft): Promise<string> {
  const about = async (record: RecordKind, id: string): Promise<string> => {
    const row = (await db.base.get([record, id]))?.row as { address?: string; title?: string } | undefined
    return row?.address ?? row?.title ?? ''
  }
  if (kind === 'inspection' || kind === 'document') return about('house', owner)
  if (kind === 'task') return about('task', owner)
  if (kind === 'strike_off') return about('case', owner)
  if (kind === 'house') return (data as { form: { address: string } }).form.address
  if (kind !== 'hazard') return ''
  const { item_code, house_id } = data as ReportWork
  const items = await db.base.where('kind').equals('hazard_item').toArray()
  const item = items.find(({ row }) => (row as HazardItem).code === item_code)?.row as HazardItem | undefined
  return item?.name ?? (await about('house', house_id ?? ''))
}

/** All unfinished work of this phone, the last touched first. */
export async function listUnfinished(db: GridfieldDb): Promise<Unfinished[]> {
  const drafts = (await db.drafts.toArray()).sort((a, b) => b.updated_at - a.updated_at)
  const subjects = await Promise.all(drafts.map((draft) => subject(db, draft)))
  return drafts.map((draft, i) => ({
    id: draft.id, kind: draft.kind, subject: subjects[i] ?? '', updated_at: draft.updated_at, mends: Boolean(draft.replaces),
    to: draftPlace(draft),
  }))
}
