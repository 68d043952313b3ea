/** Which houses wait for an inspection, in which order, and which a search means. */
import { type LngLat, distanceM } from '../../domain/geo'
import type { House, Row } from '../../domain/records'
import { daysUntil } from '../../domain/time'

/** A house counts as due from this many days before its date. */
const DUE_WITHIN_DAYS = 7

/** Days left until the house's next inspection; negative when late, null when nothing is planned. */
export function dueInDays(house: House, now: number | Date = Date.now()): number | null {
  return house.next_due_on === null ? null : daysUntil(house.next_due_on, now)
}

/** Whether the house should be visited now: never checked, or its date is near or past. */
export function isDue(house: House, now: number | Date = Date.now()): boolean {
  const days = dueInDays(house, now)
  return days === null ? house.state === 'unchecked' : days <= DUE_WITHIN_DAYS
}

/** Metres to the house, or null when either place is unknown. */
export function houseDistance(house: House, here: LngLat | null): number | null {
  if (!here || house.lng === null || house.lat === null) return null
  return distanceM(here, { lng: house.lng, lat: house.lat })
}

/** The due houses, nearest first; without a position the latest date first. */
export function dueHouses(
  houses: readonly Row<'house'>[],
  here: LngLat | null,
  now: number | Date = Date.now(),
): Row<'house'>[] {
  const weight = (house: House) => houseDistance(house, here) ?? Number.POSITIVE_INFINITY
  const days = (house: House) => dueInDays(house, now) ?? 0
  return houses
    .filter((house) => isDue(house, now))
    .map((house) => ({ house, far: weight(house), days: days(house) }))
    .sort((a, b) => (a.far === b.far ? a.days - b.days : a.far - b.far))
    .map(({ house }) => house)
}

/** The houses whose address, village, code or landlord holds every word of the query. */
export function findHouses(houses: readonly Row<'house'>[], query: string): Row<'house'>[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...houses]
  return houses.filter((house) => {
    const text = [house.address, house.village_name, house.code, house.landlord_name ?? '']
      .join('\n')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

const COLLATOR = new Intl.Collator('zh-CN', { numeric: true })

/** By address, counting numbers as people do: 2号 before 10号. */
export function byAddress(a: Pick<House, 'address'>, b: Pick<House, 'address'>): number {
  return COLLATOR.compare(a.address, b.address)
}

/** The link that opens this place in 高德 (Amap); it takes WGS-84 and gets no name or address. */
export function amapLink(place: LngLat): string {
  const position = `${String(place.lng)},${String(place.lat)}`
  return `https://uri.amap.com/marker?position=${position}&coordinate=wgs84&callnative=1`
}
