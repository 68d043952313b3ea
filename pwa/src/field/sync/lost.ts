/** What the phone's storage has lost, as its author can look for it and enter it again. */
import type { RouteLocationRaw } from 'vue-router'
import type { GridfieldDb } from '../../db/open'
import type { SavedEntry } from '../../db/meta'

interface Lost extends SavedEntry {
  /** An address or a task's title; empty when the phone does not know. */
  place: string
  /** Where to see whether it has arrived, and to enter it again. */
  to: RouteLocationRaw | undefined
}

function whereToLook(name: string, about: string | null): RouteLocationRaw | undefined {
  if (name.startsWith('task.') && about !== null) return { name: 'task', params: { id: about } }
  if (name === 'inspection.submit' && about !== null) return { name: 'house', params: { id: about } }
  if (name === 'hazard.report') return about === null ? { name: 'hazards' } : { name: 'house', params: { id: about } }
  if (name === 'feedback.submit') return { name: 'feedback' }
  return name.startsWith('patrol.') ? { name: 'patrol' } : undefined
}

/** Each lost record with its place, as far as the phone still knows it. */
export async function placesOf(db: GridfieldDb, entries: readonly SavedEntry[]): Promise<Lost[]> {
  const ids = entries.map(({ about }) => about ?? '')
  const houses = await db.base.bulkGet(ids.map((id): ['house', string] => ['house', id]))
  const tasks = await db.base.bulkGet(ids.map((id): ['task', string] => ['task', id]))
  return entries.map((entry, i) => {
    const row = (houses[i] ?? tasks[i])?.row as { address?: string; title?: string } | undefined
    return { ...entry, place: row?.address ?? row?.title ?? '', to: whereToLook(entry.name, entry.about ?? null) }
  })
}
