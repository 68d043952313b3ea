/** How a list on screen takes in a fresh first page without losing what was loaded below it. */

export interface Merged<T> {
  rows: T[]
  /** How many rows stand in `rows` that were not in the list before. */
  arrived: number
}

/**
 * Merges a fresh top of the list into the rows on screen; both newest first by `order`.
 * Rows that the fresh page covers but no longer holds have left the filter and go; older ones stay.
 */
export function mergeTop<T extends { id: string }>(
  current: readonly T[],
  fresh: readonly T[],
  order: (row: T) => number,
  complete: boolean,
): Merged<T> {
  const known = new Set(current.map((row) => row.id))
  const freshIds = new Set(fresh.map((row) => row.id))
  const last = fresh.at(-1)
  const below = (row: T): boolean => last !== undefined && order(row) < order(last)
  const older = complete ? [] : current.filter((row) => !freshIds.has(row.id) && below(row))
  return { rows: [...fresh, ...older], arrived: fresh.filter((row) => !known.has(row.id)).length }
}

/** Adds the next page below, without repeating rows that moved between the two requests. */
export function appendPage<T extends { id: string }>(current: readonly T[], page: readonly T[]): T[] {
  const known = new Set(current.map((row) => row.id))
  return [...current, ...page.filter((row) => !known.has(row.id))]
}
