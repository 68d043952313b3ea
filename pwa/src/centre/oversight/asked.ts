import type { Period } from './period'

/** What the figures can be told apart by, in the order of the choices. */
export const BY = ['township', 'village', 'grid', 'department', 'item', 'source', 'week', 'month'] as const

const FILTER_OF: Partial<Record<string, string>> = {
  township: 'township_id', village: 'village_id', grid: 'grid_id', department: 'department_id', item: 'item_code', source: 'source', week: 'week', month: 'month',
}

export type Asked = Record<'by' | 'village_id' | 'department_id' | 'key', string>

/** What is asked for: the period, the filters that are set, and the group that is chosen. */
export function narrowed(period: Period, { by, key, village_id, department_id }: Asked): Record<string, string> {
  const query: Record<string, string> = { ...period, village_id, department_id }
  const own = key === '' ? undefined : FILTER_OF[by]
  if (own !== undefined) query[own] = key
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}
