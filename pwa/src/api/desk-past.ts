import type { FeatureCollection, Point } from 'geojson'
import type { HouseState } from '../domain/records'

/** Of each house the days (0 is the first) on which its state changed; null while it is no rental house. */
export interface HouseHistoryProperties {
  id: string
  address: string
  states: [day: number, state: HouseState | null][]
}

export type HouseHistory = FeatureCollection<Point, HouseHistoryProperties>
