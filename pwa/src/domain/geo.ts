/** Positions and distances on WGS-84; nothing here knows of a map. */
export type PositionSource = 'gps' | 'map' | 'house' | 'photo'
export type PhotoRole = 'evidence' | 'before' | 'after' | 'overview' | 'drawing' | 'signature'

export interface Position {
  lng: number
  lat: number
  accuracy: number | null
  at: string
  source: PositionSource
}

export interface LngLat {
  lng: number
  lat: number
}

export interface GeoPolygon {
  type: 'Polygon'
  coordinates: number[][][]
}

const EARTH_RADIUS_M = 6_371_008.8
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Great-circle distance in metres. */
export function distanceM(a: LngLat, b: LngLat): number {
  const dLat = radians(b.lat - a.lat)
  const dLng = radians(b.lng - a.lng)
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLng / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** Whether the server would accept the point: finite, and inside the box around China. */
export function inChina(point: LngLat): boolean {
  const { lng, lat } = point
  return lng >= 73 && lng <= 136 && lat >= 3 && lat <= 54
}

function inRing(point: LngLat, ring: number[][]): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi = 0, yi = 0] = ring[i] ?? []
    const [xj = 0, yj = 0] = ring[j] ?? []
    const crosses = yi > point.lat !== yj > point.lat
    if (crosses && point.lng < ((xj - xi) * (point.lat - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

/** Whether the point lies in the polygon and in none of its holes. */
export function inPolygon(point: LngLat, polygon: GeoPolygon): boolean {
  const [outer, ...holes] = polygon.coordinates
  return outer !== undefined && inRing(point, outer) && !holes.some((hole) => inRing(point, hole))
}

/** "±8 m", or an empty string when the device gave no accuracy. */
export function formatAccuracy(accuracy: number | null): string {
  return accuracy === null ? '' : `±${String(Math.round(accuracy))} m`
}

/** "350 m" below a kilometre, "1.2 km" from there. */
export function formatDistance(metres: number): string {
  return metres < 1000 ? `${String(Math.round(metres))} m` : `${(metres / 1000).toFixed(1)} km`
}
