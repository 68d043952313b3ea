import type { Spot } from '../../api/desk-sources'

/** A line that is no device; `line` counts from one. */
export class BrokenDevices extends Error {
  constructor(readonly line: number) {
    super(`line ${String(line)} is no device`)
    this.name = 'BrokenDevices'
  }
}

function deviceIn(text: string, line: number): [string, Spot] {
  const [code, lng, lat, ...address] = text.split(/[,，\t]/).map((part) => part.trim())
  const spot = { lng: Number(lng), lat: Number(lat), address: address.join(' ') }
  const placed = lng && lat && Math.abs(spot.lng) <= 180 && Math.abs(spot.lat) <= 90
  if (!code || !placed || spot.address === '') throw new BrokenDevices(line)
  return [code, spot]
}

/** The same devices as they are written. */
export function linesOf(devices: Record<string, Spot>): string {
  return Object.entries(devices).map(([code, { lng, lat, address }]) => [code, lng, lat, address].join(',')).join('\n')
}

/** Devices by their codes, written a line each: code, longitude, latitude, address. Throws `BrokenDevices`. */
export function devicesIn(text: string): Record<string, Spot> {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }))
  return Object.fromEntries(lines.filter(({ line }) => line !== '').map(({ line, number }) => deviceIn(line, number)))
}
