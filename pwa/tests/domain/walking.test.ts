import { describe, expect, it } from 'vitest'

import type { LngLat } from '../../src/domain/geo'
import { nearestOrder, walkingOrder, walkLength } from '../../src/domain/walking'

/** Numbers that look random and are the same each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function village(seed: number): { start: LngLat | null; places: LngLat[] } {
  const next = numbers(seed)
  const place = (): LngLat => ({ lng: 121 + next() / 50, lat: 32 + next() / 50 })
  const places = Array.from({ length: Math.floor(next() * 40) }, place)
  // Houses of one building share a place, and one may stand at a door.
  const doubled = places.flatMap((each) => (next() < 0.1 ? [each, { ...each }] : [each]))
  const start = next() < 0.2 ? null : next() < 0.2 ? (doubled[0] ?? null) : place()
  return { start, places: doubled }
}

describe('a walk', () => {
  const villages = Array.from({ length: 300 }, (_, seed) => village(seed))

  it('comes by each place once', () => {
    for (const { start, places } of villages) {
      const walk = walkingOrder(start, places)
      expect(walk).toHaveLength(places.length)
      expect(new Set(walk)).toEqual(new Set(places))
    }
  })

  it('is never longer than going on to the nearest each time, and often shorter', () => {
    let shorter = 0
    for (const { start, places } of villages) {
      const [walk, simple] = [walkLength(start, walkingOrder(start, places)), walkLength(start, nearestOrder(start, places))]
      expect(walk).toBeLessThanOrEqual(simple + 1e-6)
      if (walk < simple - 1) shorter += 1
    }
    expect(shorter).toBeGreaterThan(150)
  })

  it('cannot be made shorter by walking any stretch of it the other way round', () => {
    for (const { start, places } of villages.slice(0, 30)) {
      const walk = walkingOrder(start, places)
      const length = walkLength(start, walk)
      walk.forEach((_, i) => {
        if (start === null && i === 0) return
        for (let j = i + 1; j < walk.length; j++) {
          const turned = [...walk.slice(0, i), ...walk.slice(i, j + 1).reverse(), ...walk.slice(j + 1)]
          expect(walkLength(start, turned)).toBeGreaterThan(length - 0.02)
        }
      })
    }
  })

  it('goes along a street from the end that is nearer', () => {
    const street = [0.4, 0.1, 0.3, 0.2].map((lng) => ({ lng: 121 + lng / 100, lat: 32 }))
    expect(walkingOrder({ lng: 121, lat: 32 }, street)).toEqual([street[1], street[3], street[2], street[0]])
    expect(walkingOrder(null, [])).toEqual([])
  })
})
