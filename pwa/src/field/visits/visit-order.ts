/** Which households of a campaign are visited today, and in which order. */
import { type LngLat, distanceM } from '../../domain/geo'
import type { Row } from '../../domain/records'
import { formatDate } from '../../domain/time'
import { byAddress } from '../houses/house-order'

type Visit = Row<'visit'>

export const GROUPS = ['today', 'later', 'met'] as const
export type Group = (typeof GROUPS)[number]

const DAY_MS = 86_400_000

/** Met is over; whoever is to be tried again on another day waits till then. */
export function groupOf(visit: Visit, now: number = Date.now()): Group {
  if (visit.state === 'met') return 'met'
  return visit.next_on !== null && visit.next_on > formatDate(now) ? 'later' : 'today'
}

/** Metres to the household, or infinity where either place is unknown. */
export function visitDistance(visit: Visit, here: LngLat | null): number {
  if (!here || visit.lng === null || visit.lat === null) return Number.POSITIVE_INFINITY
  return distanceM(here, { lng: visit.lng, lat: visit.lat })
}

/** Those of a group: today the nearest first, later by their day, the met by the last one first. */
export function visitsIn(group: Group, visits: readonly Visit[], here: LngLat | null, now: number = Date.now()): Visit[] {
  const its = visits.filter((visit) => groupOf(visit, now) === group)
  if (group === 'met') return its.sort((a, b) => (b.visited_at ?? '').localeCompare(a.visited_at ?? ''))
  const far = new Map(its.map((visit) => [visit.id, group === 'today' ? visitDistance(visit, here) : 0]))
  const nearer = (a: Visit, b: Visit): number => {
    const [one = 0, other = 0] = [far.get(a.id), far.get(b.id)]
    return one === other ? 0 : one - other
  }
  const earlier = (a: Visit, b: Visit): number => (group === 'later' ? (a.next_on ?? '').localeCompare(b.next_on ?? '') : 0)
  return its.sort((a, b) => nearer(a, b) || earlier(a, b) || byAddress(a, b))
}

/** The day so many days from now, in China. */
export function dayIn(days: number, now: number = Date.now()): string {
  return formatDate(now + days * DAY_MS)
}
