import { ref, shallowRef } from 'vue'
import type { Named, Worker } from '../../api/desk-records'
import type { TaskKind, Urgency } from '../../domain/records'
import type { GridPlace } from '../org/org'

/** What is known when the dialog opens: from a hazard, a house, a spot on the map, or nothing. */
export interface AssignSeed {
  kind?: TaskKind
  title?: string
  case?: { id: string; number: string; title: string } | null
  house?: { id: string; address: string; grid: Named | null; lng: number | null; lat: number | null } | null
  grid?: Named | null
  lng?: number | null
  lat?: number | null
  place?: string
  assignee?: string
  /** A joint visit, to which these departments are called first of all. */
  departments?: string[]
}

/** Whom a task is for: one worker, several with one record, or whoever of a grid takes it. */
export type Whom = 'one' | 'several' | 'grid'

/** Where the work is, as far as it is known: orders the workers, and finds the nearest. */
export interface Where {
  grid: Named | null
  lng: number | null
  lat: number | null
}

/** What the dispatcher fills in; `due` is Shanghai wall-clock time, "2026-11-22 18:00". */
export interface AssignForm {
  kind: TaskKind
  title: string
  text: string
  whom: Whom
  /** Of several the first answers for the task. */
  workers: string[]
  departments: string[]
  for_grid_id: string
  form_id: string
  checklist_id: string
  house_id: string
  place: string
  due: string
  urgency: Urgency
}

/** Whether what is filled in so far may ask for a checklist: an inspection of a house. */
export function mayAskChecklist({ kind, house_id }: Pick<AssignForm, 'kind' | 'house_id'>): boolean {
  return house_id !== '' && (kind === 'inspect' || kind === 'recheck')
}

const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000

const seed = shallowRef<AssignSeed>({})
const open = ref(false)

/** Opens the assign dialog over whatever is on screen. */
export function openAssign(from: AssignSeed = {}): void {
  seed.value = from
  open.value = true
}

/** The dialog's own state; only the dialog uses it. */
export function useAssign() {
  return { seed, open }
}

/** The wall clock in Shanghai `days` from now at `hour`, as the date picker writes it. */
export function shanghaiAt(now: number, days: number, hour: number): string {
  const date = new Date(now + days * DAY_MS + SHANGHAI_MS).toISOString().slice(0, 10)
  return `${date} ${String(hour).padStart(2, '0')}:00`
}

/** Shanghai wall-clock time as the UTC instant the server takes. */
export function shanghaiToUtc(wallClock: string): string {
  const at = Date.parse(`${wallClock.replace(' ', 'T')}:00+08:00`)
  return Number.isNaN(at) ? '' : new Date(at).toISOString()
}

/** Who stands first for a grid: its own workers, then the village's; on duty before off, then fewest open tasks. */
export function rankWorkers(workers: readonly Worker[], gridId: string | null, grids: readonly GridPlace[]): Worker[] {
  const village = grids.find(({ id }) => id === gridId)?.village.id
  const near = new Set(grids.filter((grid) => grid.village.id === village).map(({ id }) => id))
  const distance = (worker: Worker): number => {
    if (gridId === null) return 0
    if (worker.grids.some(({ id }) => id === gridId)) return 0
    return worker.grids.some(({ id }) => near.has(id)) ? 1 : 2
  }
  return [...workers].sort(
    (a, b) =>
      distance(a) - distance(b) ||
      Number(b.on_duty) - Number(a.on_duty) ||
      a.open_tasks - b.open_tasks ||
      a.name.localeCompare(b.name, 'zh-CN'),
  )
}
