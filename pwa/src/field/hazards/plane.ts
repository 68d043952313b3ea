/** A flat map of a few kilometres: metres east and south of an origin, good to far below a metre. */
import type { LngLat } from '../../domain/geo'

export interface PlanePoint {
  x: number
  y: number
}

const METRES_PER_DEGREE = 111_320

function metresPerLng(origin: LngLat): number {
  return METRES_PER_DEGREE * Math.cos((origin.lat * Math.PI) / 180)
}

/** Metres east (x) and south (y) of the origin. */
export function toPlane(origin: LngLat, point: LngLat): PlanePoint {
  return {
    x: (point.lng - origin.lng) * metresPerLng(origin),
    y: (origin.lat - point.lat) * METRES_PER_DEGREE,
  }
}

/** The place at these metres from the origin, to 1e-6 degrees. */
export function fromPlane(origin: LngLat, { x, y }: PlanePoint): LngLat {
  const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6
  return {
    lng: round(origin.lng + x / metresPerLng(origin)),
    lat: round(origin.lat - y / METRES_PER_DEGREE),
  }
}

/** The middle of the box around all points, or null when there are none. */
export function middle(points: readonly (readonly number[])[]): LngLat | null {
  const lngs = points.map(([lng]) => lng ?? Number.NaN).filter(Number.isFinite)
  const lats = points.map(([, lat]) => lat ?? Number.NaN).filter(Number.isFinite)
  if (lngs.length === 0 || lats.length === 0) return null
  const half = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2
  return { lng: half(lngs), lat: half(lats) }
}
