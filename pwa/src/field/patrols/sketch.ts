import type { LngLat } from '../../domain/geo'

/** Each segment as SVG polyline points within width × height, north up, one scale for both axes. */
export function sketch(
  segments: readonly (readonly LngLat[])[],
  width: number,
  height: number,
): string[] {
  const all = segments.flat()
  const [first] = all
  if (!first) return []
  // A degree of longitude is shorter than one of latitude.
  const squeeze = Math.cos((first.lat * Math.PI) / 180)
  const xs = all.map((point) => point.lng * squeeze)
  const ys = all.map((point) => point.lat)
  const [west, south] = [Math.min(...xs), Math.min(...ys)]
  const [wide, high] = [Math.max(...xs) - west, Math.max(...ys) - south]
  const scale = Math.min(width / (wide || 1e-9), height / (high || 1e-9))
  const place = ({ lng, lat }: LngLat) => {
    const x = (width - wide * scale) / 2 + (lng * squeeze - west) * scale
    const y = (height + high * scale) / 2 - (lat - south) * scale
    return `${x.toFixed(1)},${y.toFixed(1)}`
  }
  return segments.filter((segment) => segment.length > 1).map((s) => s.map(place).join(' '))
}
