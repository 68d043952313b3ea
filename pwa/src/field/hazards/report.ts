/** A hazard report under way, and what it is sent as. */
import { type GeoPolygon, type LngLat, type PhotoRole, type Position, inPolygon } from '../../domain/geo'
import { newId } from '../../domain/ids'
import type { House, PhotoManifest, Row, Severity } from '../../domain/records'
import { toUtc } from '../../domain/time'
import type { NewMutation } from '../../sync/save'

export interface ReportWork {
  case_id: string
  item_code: string | null
  /** null = as grave as the kind of hazard usually is. */
  severity: Severity | null
  house_id: string | null
  /** A place chosen on the map; without it the phone's own position counts. */
  picked: LngLat | null
  /** Where it was, when it was sent before and is being put right. */
  measured?: Position | null
  note: string
  address: string
  /** What was done about it, when the worker has settled it on the spot (自办). */
  done?: string | null
}

/** A fresh report, about a house when it starts from one. */
export function newReport(houseId: string | null): ReportWork {
  return {
    case_id: newId(),
    item_code: null,
    severity: null,
    house_id: houseId,
    picked: null,
    note: '',
    address: '',
  }
}

export type ReportGap = 'photo' | 'item' | 'after' | 'done'

type Asks = Pick<Row<'hazard_item'>, 'photos_min' | 'settles'>
interface Shot {
  role: PhotoRole
}

/** How many photos the kind of hazard wants. */
export const photosWanted = (item: Asks | undefined): number => item?.photos_min ?? 1

/** Whether it is sent as settled: the worker says so, and the list still lets one. */
export function isSettled(work: ReportWork, item: Asks | undefined): boolean {
  return work.done != null && item?.settles === true
}

/** What a report still needs; a position is never demanded, and words only of what was settled on the spot. */
export function reportGaps(work: ReportWork, photos: readonly Shot[], item: Asks | undefined): ReportGap[] {
  const gaps: ReportGap[] = []
  const settled = isSettled(work, item)
  const after = photos.filter(({ role }) => role === 'after').length
  const before = photos.length - after
  if (photos.length < photosWanted(item) || (settled && before === 0)) gaps.push('photo')
  if (work.item_code === null) gaps.push('item')
  if (settled && after === 0) gaps.push('after')
  if (settled && !work.done?.trim()) gaps.push('done')
  return gaps
}

type HousePlace = Pick<House, 'lng' | 'lat'>

/** The place of the report: picked on the map, else measured, else that of its house, else none. */
export function reportPosition(
  work: ReportWork,
  measured: Position | null,
  house: HousePlace | null,
  now: number = Date.now(),
): Position | null {
  if (work.picked) return { ...work.picked, accuracy: null, at: toUtc(now), source: 'map' }
  const there = work.measured ?? measured
  if (there) return there
  if (house?.lng == null || house.lat == null) return null
  return { lng: house.lng, lat: house.lat, accuracy: null, at: toUtc(now), source: 'house' }
}

interface GridArea {
  id: string
  geometry: GeoPolygon
}

/** The own grid that holds the place, else the house's, else the first: a report is never homeless. */
export function reportGrid(
  grids: readonly GridArea[],
  place: LngLat | null,
  house: Pick<House, 'grid_id'> | null,
): string | null {
  const around = place && grids.find((grid) => inPolygon(place, grid.geometry))
  return around?.id ?? house?.grid_id ?? grids[0]?.id ?? null
}

/** What is sent; the work must have no gaps. */
export function reportMutation(
  work: ReportWork,
  photos: PhotoManifest[],
  position: Position | null,
  gridId: string | null,
  item: Asks | undefined,
): NewMutation<'hazard.report'> | NewMutation<'hazard.settle'> {
  const seen = {
    case_id: work.case_id,
    item_code: work.item_code ?? '',
    house_id: work.house_id,
    grid_id: gridId,
    note: work.note.trim() || null,
    address: work.address.trim() || null,
    position,
  }
  if (!isSettled(work, item)) {
    return { name: 'hazard.report', args: { ...seen, severity: work.severity, photos } }
  }
  // The thread shows those of before with the report, and those of after with what was done.
  const pair = photos.map((line): PhotoManifest => ({ ...line, role: line.role === 'after' ? 'after' : 'before' }))
  return { name: 'hazard.settle', args: { ...seen, done: work.done?.trim() ?? '', photos: pair } }
}

/** Hazard kinds as the tiles show them: in the order the centre has given. */
export function sortedItems(items: readonly Row<'hazard_item'>[]): Row<'hazard_item'>[] {
  return [...items].sort((a, b) => a.sort - b.sort || a.code.localeCompare(b.code))
}
