/** The queue as a worker reads it: each piece of work with what it is about. */
import type { GridfieldDb } from '../../db/open'
import type { MutationArgs, MutationName } from '../../domain/mutations'
import type { HazardItem, RecordKind } from '../../domain/records'
import { listQueue, type QueueItem } from '../../sync/queue'
import { followersOf } from '../../sync/refused'

export interface Entry extends QueueItem {
  /** An address, a task's title, a hazard's kind; empty when the phone no longer knows. */
  subject: string
  /** How many others were refused only because this one was: they are settled with it. */
  followers: number
}

/** Small mutations that follow from others get no line of their own unless they need the worker. */
const quiet: ReadonlySet<MutationName> = new Set(['task.read', 'patrol.pause', 'patrol.resume', 'rejected.resolve'])

function subjectKey({ name, args }: Pick<QueueItem, 'name' | 'args'>): [RecordKind, string] {
  if ((name.startsWith('house.') || name.startsWith('occupant.')) && 'house_id' in args) return ['house', args.house_id ?? '']
  if (name === 'inspection.submit') return ['house', (args as MutationArgs['inspection.submit']).house_id]
  const taskId = name.startsWith('task.') && 'task_id' in args ? args.task_id : null
  return ['task', taskId ?? '']
}

async function hazardNames(db: GridfieldDb): Promise<Map<string, string>> {
  const items = await db.base.where('kind').equals('hazard_item').toArray()
  return new Map(items.map(({ row }) => [(row as HazardItem).code, (row as HazardItem).name]))
}

/** What each of these is about. */
export async function subjectsOf(db: GridfieldDb, items: readonly Pick<QueueItem, 'name' | 'args'>[]): Promise<string[]> {
  const names = await hazardNames(db)
  const rows = await db.base.bulkGet(items.map(subjectKey))
  return items.map(({ args }, i) => {
    const row = rows[i]?.row as { address?: string; title?: string } | undefined
    const hazard = 'item_code' in args ? names.get(args.item_code) : undefined
    const told = 'facts' in args ? args.facts.address : undefined
    return row?.address ?? row?.title ?? told ?? hazard ?? ''
  })
}

/** The newest pieces of work of this phone that deserve a line, newest first. */
export async function listEntries(db: GridfieldDb, limit = 200): Promise<Entry[]> {
  const all = await listQueue(db, limit)
  const letters = all.flatMap(({ dead }) => dead ?? []).reverse()
  const led = new Set(letters.flatMap(({ mutation_id: id }) => followersOf(id, letters).map(({ mutation_id }) => mutation_id)))
  const items = all.filter(({ mutation_id, dead, name }) => !led.has(mutation_id) && (dead !== null || !quiet.has(name)))
  const subjects = await subjectsOf(db, items)
  return items.map((item, i) => (
    { ...item, subject: subjects[i] ?? '', followers: followersOf(item.mutation_id, letters).length }
  ))
}
