import type { QueueRow } from '../../api/desk-queue'

/** A row on screen; one that has left the queue stays where it is, so that nothing moves under the hand. */
export type BenchRow = QueueRow & { left?: boolean }

export interface Patched {
  rows: BenchRow[]
  /** Those that are not on screen yet. */
  arrived: QueueRow[]
}

/** Takes in what the server says of the rows that were `asked` about: each keeps its place. */
export function patch(rows: readonly BenchRow[], asked: ReadonlySet<string>, answer: readonly QueueRow[]): Patched {
  const fresh = new Map(answer.map((row) => [row.id, row]))
  const known = new Set(rows.map(({ id }) => id))
  return {
    rows: rows.map((row) => (asked.has(row.id) ? (fresh.get(row.id) ?? { ...row, left: true }) : row)),
    arrived: answer.filter(({ id }) => !known.has(id)),
  }
}

/** Whether `a` stands above `b` in the queue. */
function above(a: QueueRow, b: QueueRow): boolean {
  if (a.urgency !== b.urgency) return a.urgency < b.urgency
  return a.step_due_at === b.step_due_at ? a.id < b.id : a.step_due_at < b.step_due_at
}

/** The rows that a fresh first page speaks of: all that stand in it or above its end. */
export function coveredBy(page: readonly QueueRow[], complete: boolean, rows: readonly BenchRow[]): Set<string> {
  const last = page.at(-1)
  const inPage = new Set(page.map(({ id }) => id))
  const covered = rows.filter((row) => complete || inPage.has(row.id) || (last !== undefined && above(row, last)))
  return new Set(covered.map(({ id }) => id))
}

/** The next row that still waits, from `id` on; after the last one the first. */
export function nextAfter(rows: readonly BenchRow[], id: string): BenchRow | undefined {
  const at = rows.findIndex((row) => row.id === id)
  return [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))].find(({ left }) => !left)
}

/** Ticks every row between two, both included. */
export function ticksBetween(rows: readonly BenchRow[], from: string, to: string): string[] {
  const ends = [from, to].map((id) => rows.findIndex((row) => row.id === id))
  if (ends.includes(-1)) return []
  return rows.slice(Math.min(...ends), Math.max(...ends) + 1).map(({ id }) => id)
}
