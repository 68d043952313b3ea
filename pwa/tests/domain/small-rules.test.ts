import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { distanceM, inChina, inPolygon } from '../../src/domain/geo'
import { newId } from '../../src/domain/ids'
import type { TrackPoint } from '../../src/domain/mutations'
import type { TaskState } from '../../src/domain/records'
import { transition, type TaskCommand } from '../../src/domain/task'
import { daysUntil, formatFull, formatShort, isOverdue } from '../../src/domain/time'
import { decodeTrack, encodeTrack, trackLength, type Fix } from '../../src/domain/track'

describe('ids', () => {
  it('are UUIDv7, sort by time and do not repeat', () => {
    const id = newId(0x01a20299b900)
    expect(id).toMatch(/^01a20299-b900-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(newId(1) < newId(2)).toBe(true)
    const sameMoment = Array.from({ length: 1000 }, () => newId(5))
    expect(new Set(sameMoment).size).toBe(1000)
    expect(sameMoment).toEqual([...sameMoment].sort())
  })
})

const vectors = (name: string): unknown => JSON.parse(readFileSync(`../tests/vectors/${name}.json`, 'utf8'))

describe('task transitions, by the vectors shared with the centre', () => {
  it.each(vectors('task-transitions') as { state: TaskState; command: TaskCommand; to: TaskState | null }[])(
    '$state –$command→ $to', ({ state, command, to }) => {
      expect(transition(state, command)).toBe(to)
    })
})

describe('places', () => {
  it('measures a known distance within half a percent', () => {
    const nantong = { lng: 120.8943, lat: 31.9802 }
    expect(distanceM(nantong, { lng: 121.0743, lat: 32.0802 })).toBeGreaterThan(20_200)
    expect(distanceM(nantong, { lng: 121.0743, lat: 32.0802 })).toBeLessThan(20_400)
  })

  it('refuses what is no place in China', () => {
    expect(inChina({ lng: 121, lat: 32 })).toBe(true)
    expect(inChina({ lng: Number.NaN, lat: 32 })).toBe(false)
    expect(inChina({ lng: -0.1, lat: 51.5 })).toBe(false)
  })

  it('knows inside, outside and a hole', () => {
    const square = (a: number, b: number): number[][] => [[a, a], [b, a], [b, b], [a, b], [a, a]]
    const polygon = { type: 'Polygon' as const, coordinates: [square(0, 10), square(4, 6)] }
    expect(inPolygon({ lng: 1, lat: 1 }, polygon)).toBe(true)
    expect(inPolygon({ lng: 5, lat: 5 }, polygon)).toBe(false)
    expect(inPolygon({ lng: 11, lat: 1 }, polygon)).toBe(false)
  })
})

describe('times', () => {
  it('are shown in Shanghai, across midnight', () => {
    expect(formatFull('2026-11-21T16:30:05Z')).toBe('2026-11-22 00:30:05')
    expect(formatShort('2026-11-22T01:02:03Z')).toBe('11-22 09:02')
  })

  it('a date is due until its evening in Shanghai, an instant until it has passed', () => {
    const evening = Date.parse('2026-11-22T15:59:00Z')
    expect(isOverdue('2026-11-22', evening)).toBe(false)
    expect(isOverdue('2026-11-22', evening + 120_000)).toBe(true)
    expect(isOverdue('2026-11-22T15:00:00Z', evening)).toBe(true)
    expect(daysUntil('2026-11-24', evening)).toBe(2)
    expect(isOverdue(null, evening)).toBe(false)
  })
})

interface TrackVector {
  name: string
  started_at: string
  fixes: { lng: number; lat: number; seconds: number; accuracy: number | null }[]
  points: TrackPoint[]
  length_m: number
}

describe('the track codec, by the vectors shared with the centre', () => {
  it.each(vectors('track') as TrackVector[])('$name', ({ started_at, fixes, points, length_m }) => {
    const begin = Date.parse(started_at)
    const walked = fixes.map(({ seconds, ...fix }) => ({ ...fix, at: begin + seconds * 1000 }))
    expect(encodeTrack(walked, begin)).toEqual(points)
    expect(decodeTrack(points, begin)).toEqual(walked)
    expect(trackLength(walked)).toBeCloseTo(length_m, 1)
  })
})

describe('the track codec', () => {
  const start = Date.parse('2026-11-22T12:00:00.000Z')
  const fixes: Fix[] = Array.from({ length: 60 }, (_, i) => ({
    lng: 120.9 + Math.sin(i) / 500, lat: 32 + i / 10_000, at: start + i * 5000, accuracy: i % 7 === 0 ? null : 5 + i,
  }))

  it('gives the same walk back to a metre and a second, with no drift', () => {
    const back = decodeTrack(encodeTrack(fixes, start), start)
    for (const [i, fix] of fixes.entries()) {
      const seen = back[i]
      expect(seen && distanceM(fix, seen)).toBeLessThan(1)
      expect(seen?.at).toBe(fix.at)
      expect(seen?.accuracy).toBe(fix.accuracy)
    }
    expect(Math.abs(trackLength(back) - trackLength(fixes))).toBeLessThan(20)
  })

  it('writes integers, the first point absolute and the rest as steps', () => {
    const [first, second] = encodeTrack(fixes, start)
    expect(first).toEqual([12_090_000, 3_200_000, 0, 9999])
    expect(second?.every(Number.isInteger)).toBe(true)
    expect(second?.[2]).toBe(5)
  })
})
