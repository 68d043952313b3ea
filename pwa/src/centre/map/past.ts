import type { HouseHistory, HouseHistoryProperties } from '../../api/desk-past'
import type { HouseState } from '../../domain/records'
import type { MarkedPoints } from './points'

/** How many days one can look back at once. */
export const SPANS = [30, 90, 365] as const

const DAY_MS = 86_400_000

/** The days that end with this one, as many as are asked for. */
export function daysUntil(today: string, count: number): string[] {
  const last = Date.parse(`${today}T00:00:00Z`)
  return Array.from({ length: count }, (_, at) => new Date(last - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10))
}

/** The state of a house at the end of a day (0 is the first); null while it is no rental house. */
export function stateOn(states: HouseHistoryProperties['states'], day: number): HouseState | null {
  let found: HouseState | null = null
  for (const [since, state] of states) {
    if (since > day) break
    found = state
  }
  return found
}

/** The houses there were at the end of a day, each with the mark of its state. */
export function pointsOn(history: HouseHistory, day: number): MarkedPoints {
  const features: MarkedPoints['features'] = []
  for (const { geometry, properties } of history.features) {
    const state = stateOn(properties.states, day)
    if (state) {
      const told = { select: `house:${properties.id}`, mark: `house-${state}`, name: properties.address } as const
      features.push({ type: 'Feature', geometry, properties: told })
    }
  }
  return { type: 'FeatureCollection', features }
}

