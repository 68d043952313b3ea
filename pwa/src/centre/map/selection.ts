/** What is chosen on the map, as the URL says it: `house:<id>`, `spot:<lng>,<lat>`, … */
export const selectable = ['house', 'case', 'worker', 'grid', 'spot'] as const
export type SelectionKind = (typeof selectable)[number]

export interface Selection {
  kind: SelectionKind
  id: string
}

/** Reads a selection; anything that is none is null. */
export function readSelection(text: string): Selection | null {
  const [kind, id] = text.split(':', 2)
  const known = selectable.find((name) => name === kind)
  return known && id ? { kind: known, id } : null
}

/** The point of a `spot` selection, or null when it does not name one. */
export function spotOf(id: string): { lng: number; lat: number } | null {
  const [lng, lat] = id.split(',').map(Number)
  if (lng === undefined || lat === undefined || !Number.isFinite(lng) || !Number.isFinite(lat)) return null
  return { lng, lat }
}
