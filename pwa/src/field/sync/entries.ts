/** The queue as a worker reads it: each piece of work with what it is about. */
import type { GridfieldDb } from '../../db/open'
import type { MutationArgs, MutationName } from '../../domain/mutations'
import type { HazardItem, RecordKind } from '../../domain/records'
import { listQueue, type QueueItem } from '../../sync/queue'

export interface Entry extends QueueItem {
  /** An address, a task's title, a hazard's kind; empty when the phone no longer knows. */
  subject: string
}

/** Small mutations that follow from others get no line of their own unless they need the worker. */
const quiet: ReadonlySet<MutationName> = new Set(['task.read', 'patrol.pause', 'patrol.resume'])

function subjectKey({ name, args }: QueueItem): [RecordKind, string] {
  if (name === 'inspection.submit') return ['house', (args as MutationArgs['inspection.submit']).house_id]
  const taskId = name.startsWith('task.') && 'task_id' in args ? args.task_id : null
  return ['task', taskId ?? '']
}

async function hazardNames(db: GridfieldDb): Promise<Map<string, string>> {
  const items = await db.base.where('kind').equals('hazard_item').toArray()
  return new Map(items.map(({ row }) => [(row as HazardItem).code, (row as HazardItem).name]))
}

async function withSubjects(db: GridfieldDb, items: QueueItem[]): Promise<Entry[]> {
  const names = await hazardNames(db)
  const rows = await db.base.bulkGet(items.map(subjectKey))
  return items.map((item, i) => {
    const row = rows[i]?.row as { address?: string; title?: string } | undefined
    const hazard = 'item_code' in item.args ? names.get(item.args.item_code) : undefined
    return { ...item, subject: row?.address ?? row?.title ?? hazard ?? '' }
  })
}

/** The newest pieces of work of this phone that deserve a line, newest first. */
export async function listEntries(db: GridfieldDb, limit = 200): Promise<Entry[]> {
  const items = await listQueue(db, limit)
  return withSubjects(db, items.filter((item) => item.state === 'refused' || !quiet.has(item.name)))
}
