import { distanceM, type LngLat } from '../../domain/geo'
import type { Row } from '../../domain/records'
import { isOverdue } from '../../domain/time'

type Task = Row<'task'>

/** Metres to the task's place; infinity when either end is unknown. */
export function taskDistance(task: Task, here: LngLat | null): number {
  if (!here || task.lng === null || task.lat === null) return Number.POSITIVE_INFINITY
  return distanceM(here, { lng: task.lng, lat: task.lat })
}

function firstDifference(...differences: number[]): number {
  return differences.find((difference) => difference !== 0 && !Number.isNaN(difference)) ?? 0
}

/** Overdue first, then urgent, then nearest, then what is due first. */
export function compareTasks(here: LngLat | null, now: number = Date.now()) {
  return (a: Task, b: Task): number =>
    firstDifference(
      Number(isOverdue(b.due_at, now)) - Number(isOverdue(a.due_at, now)),
      Number(b.urgency === 'urgent') - Number(a.urgency === 'urgent'),
      taskDistance(a, here) - taskDistance(b, here),
      Date.parse(a.due_at) - Date.parse(b.due_at),
    )
}
