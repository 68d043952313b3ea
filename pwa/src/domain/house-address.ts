/** Which houses may be the same one: near each other, with addresses that are alike (shared vectors: house-address.json). */
import { distanceM, type LngLat } from './geo'
import type { Row } from './records'

const ALIKE = 0.5
const NEAR_M = 30

const DIGITS = '〇零一二三四五六七八九'
const oneKind = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/[〇零一二三四五六七八九]/g, (sign) => String(Math.max(DIGITS.indexOf(sign) - 1, 0)))
const numbers = (text: string): string[] => oneKind(text).match(/[0-9]+|[a-z]+/g) ?? []

function pairs(text: string): Set<string> {
  const signs = Array.from(oneKind(text).replace(/[^\p{L}\p{N}]+/gu, ''))
  return new Set(signs.slice(1).map((sign, at) => `${signs[at] ?? ''}${sign}`))
}

/** How alike two addresses are, from 0 to 1; another house number is another house. */
export function likeness(one: string, other: string): number {
  const [first = [], second = []] = [numbers(one), numbers(other)].sort((a, b) => a.length - b.length)
  if (first.some((number, at) => number !== second[second.length - first.length + at])) return 0
  const [ours, theirs] = [pairs(one), pairs(other)]
  const least = Math.max(Math.min(ours.size, theirs.size), 4)
  return [...ours].filter((pair) => theirs.has(pair)).length / least
}

/** The houses that this one may be, the nearest first. */
export function likelySame(houses: readonly Row<'house'>[], place: LngLat, address: string): Row<'house'>[] {
  const near = houses.flatMap((house) => {
    const { lng, lat } = house
    const far = lng === null || lat === null ? Number.POSITIVE_INFINITY : distanceM(place, { lng, lat })
    return far <= NEAR_M && likeness(house.address, address) >= ALIKE ? [{ house, far }] : []
  })
  return near.sort((a, b) => a.far - b.far).map(({ house }) => house)
}
