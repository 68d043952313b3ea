import type { Named } from '../../api/desk-records'

/** Village and grid in one breath, without saying the village twice where the grid's name begins with it. */
export function placeName(village: Named | null | undefined, grid: Named | null | undefined): string {
  if (!village || !grid) return village?.name ?? grid?.name ?? ''
  return grid.name.startsWith(village.name) ? grid.name : `${village.name} ${grid.name}`
}
