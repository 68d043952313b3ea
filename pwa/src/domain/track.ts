/** The track's codec (docs/sync-protocol.md, section 7): delta-encoded integers. */
import { distanceM, type LngLat } from './geo'
import type { TrackPoint } from './mutations'

export interface Fix extends LngLat {
  /** Milliseconds since 1970. */
  at: number
  /** Metres. */
  accuracy: number | null
}

export const SEGMENT_MS = 5 * 60_000
export const GAP_MS = 60_000
const DEGREE = 1e5
const UNKNOWN_ACCURACY = 9999

function absolute(fix: Fix, startedAt: number): TrackPoint {
  return [
    Math.round(fix.lng * DEGREE),
    Math.round(fix.lat * DEGREE),
    Math.round((fix.at - startedAt) / 1000),
    Math.round(fix.accuracy ?? UNKNOWN_ACCURACY),
  ]
}

/** Fixes → integers: the first point absolute, then deltas of place and time; accuracy always as it is. */
export function encodeTrack(fixes: readonly Fix[], startedAt: number): TrackPoint[] {
  const points = fixes.map((fix) => absolute(fix, startedAt))
  return points.map(([lng, lat, t, accuracy], i) => {
    const before = points[i - 1]
    return before ? [lng - before[0], lat - before[1], t - before[2], accuracy] : [lng, lat, t, accuracy]
  })
}

/** Integers → fixes, to 1e-5 degrees and whole seconds. */
export function decodeTrack(points: readonly TrackPoint[], startedAt: number): Fix[] {
  let [lng, lat, t] = [0, 0, 0]
  return points.map(([dLng, dLat, dt, accuracy]) => {
    lng += dLng
    lat += dLat
    t += dt
    const known = accuracy < UNKNOWN_ACCURACY
    return { lng: lng / DEGREE, lat: lat / DEGREE, at: startedAt + t * 1000, accuracy: known ? accuracy : null }
  })
}

/** Metres along the fixes of one segment; what lies between two segments is not counted. */
export function trackLength(fixes: readonly LngLat[]): number {
  return fixes.reduce((sum, fix, i) => {
    const before = fixes[i - 1]
    return before ? sum + distanceM(before, fix) : sum
  }, 0)
}
