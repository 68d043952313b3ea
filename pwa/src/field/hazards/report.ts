/** A hazard report under way, and what it is sent as. */
import { type GeoPolygon, type LngLat, type Position, inPolygon } from '../../domain/geo'
import { newId } from '../../domain/ids'
import type { HazardReport, House, PhotoManifest, Row, Severity } from '../../domain/records'
import { toUtc } from '../../domain/time'

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

export type ReportGap = 'photo' | 'item'

/** What a report still needs; words and a position are never demanded. */
export function reportGaps(work: ReportWork, photos: readonly unknown[]): ReportGap[] {
  const gaps: ReportGap[] = []
  if (photos.length === 0) gaps.push('photo')
  if (work.item_code === null) gaps.push('item')
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

/** The arguments of `hazard.report@1`; the work must have no gaps. */
export function reportArgs(
  work: ReportWork,
  photos: PhotoManifest[],
  position: Position | null,
  gridId: string | null,
): HazardReport {
  return {
    case_id: work.case_id,
    item_code: work.item_code ?? '',
    severity: work.severity,
    house_id: work.house_id,
    grid_id: gridId,
    note: work.note.trim() || null,
    address: work.address.trim() || null,
    position,
    photos,
  }
}

/** Hazard kinds as the tiles show them: in the order the centre has given. */
export function sortedItems(items: readonly Row<'hazard_item'>[]): Row<'hazard_item'>[] {
  return [...items].sort((a, b) => a.sort - b.sort || a.code.localeCompare(b.code))
}
