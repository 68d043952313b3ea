import { describe, expect, it } from 'vitest'
import type { Position } from '../../src/domain/geo'
import { fromPlane, middle, toPlane } from '../../src/field/hazards/plane'
import {
  newReport,
  reportGaps,
  reportGrid,
  reportMutation,
  reportPosition,
} from '../../src/field/hazards/report'
import { photoLine } from '../fixtures/photo-line'

const GPS: Position = { lng: 121.07, lat: 32.06, accuracy: 8, at: '2026-11-22T01:02:03.000Z', source: 'gps' }
const HOUSE = { lng: 121.08, lat: 32.07, grid_id: 'grid-2' }

function square(id: string, west: number, south: number) {
  const [east, north] = [west + 0.01, south + 0.01]
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
  return { id, geometry: { type: 'Polygon' as const, coordinates: [ring] } }
}

const after = { ...photoLine(null), role: 'after' as const }

describe('what a report demands', () => {
  const work = { ...newReport(null), item_code: 'P01' }

  it('is a photo and a kind, and nothing else', () => {
    expect(reportGaps(newReport(null), [], undefined)).toEqual(['photo', 'item'])
    expect(reportGaps(work, [photoLine(null)], {})).toEqual([])
  })

  it('is as many photos as the kind wants, which may be none', () => {
    expect(reportGaps(work, [photoLine(null)], { photos_min: 2 })).toEqual(['photo'])
    expect(reportGaps(work, [], { photos_min: 0 })).toEqual([])
  })

  it('of what was settled on the spot is the pair of photos, and a word of how', () => {
    const settled = { ...work, done: '' }
    expect(reportGaps(settled, [photoLine(null)], { settles: true })).toEqual(['after', 'done'])
    expect(reportGaps({ ...settled, done: '已清运' }, [after], { settles: true, photos_min: 0 })).toEqual(['photo'])
    expect(reportGaps({ ...settled, done: '已清运' }, [photoLine(null), after], { settles: true })).toEqual([])
    // Of another kind, or when the centre has changed its mind, it is a report like any other.
    expect(reportGaps(settled, [photoLine(null)], { settles: false })).toEqual([])
  })
})

describe('where a report is', () => {
  it('is what the worker says before what the phone measures', () => {
    const work = { ...newReport(null), picked: { lng: 121.5, lat: 32.5 } }
    expect(reportPosition(work, GPS, HOUSE)).toMatchObject({ lng: 121.5, source: 'map', accuracy: null })
  })

  it('is measured, else the house, else unknown', () => {
    expect(reportPosition(newReport('h'), GPS, HOUSE)).toBe(GPS)
    expect(reportPosition(newReport('h'), null, HOUSE)).toMatchObject({ lng: 121.08, source: 'house' })
    expect(reportPosition(newReport(null), null, null)).toBeNull()
  })

  it('falls into the grid around it, else that of the house, else the first own one', () => {
    const grids = [square('grid-1', 121, 32), square('grid-2', 121.01, 32)]
    expect(reportGrid(grids, { lng: 121.015, lat: 32.005 }, null)).toBe('grid-2')
    expect(reportGrid(grids, { lng: 120, lat: 30 }, HOUSE)).toBe('grid-2')
    expect(reportGrid(grids, null, null)).toBe('grid-1')
    expect(reportGrid([], null, null)).toBeNull()
  })
})

describe('what is sent', () => {
  it('leaves the usual severity to the kind and empty words out', () => {
    const work = { ...newReport(null), item_code: 'P01', note: '  ', address: ' 楼道 ' }
    expect(reportMutation(work, [photoLine(null)], GPS, 'grid-1', undefined)).toMatchObject({
      name: 'hazard.report',
      args: { case_id: work.case_id, item_code: 'P01', severity: null, note: null, address: '楼道', grid_id: 'grid-1' },
    })
  })

  it('says of what was settled which photos are of before and which of after', () => {
    const { name, args } = reportMutation(
      { ...newReport(null), item_code: 'U01', severity: 'critical', done: ' 已清运 ' }, [photoLine(null), after], GPS, null, { settles: true },
    )
    expect(name).toBe('hazard.settle')
    expect(args).toMatchObject({ done: '已清运', photos: [{ role: 'before' }, { role: 'after' }] })
    expect(args).not.toHaveProperty('severity')
  })
})

describe('the map under the cross', () => {
  it('comes back to the same place within a metre, kilometres away', () => {
    const origin = { lng: 121.0735, lat: 32.0658 }
    const back = fromPlane(origin, toPlane(origin, { lng: 121.1, lat: 32.04 }))
    expect(back.lng).toBeCloseTo(121.1, 5)
    expect(back.lat).toBeCloseTo(32.04, 5)
  })

  it('has east to the right and south down', () => {
    const { x, y } = toPlane({ lng: 121, lat: 32 }, { lng: 121.001, lat: 31.999 })
    expect(x).toBeGreaterThan(90)
    expect(y).toBeGreaterThan(100)
  })

  it('has no middle without points', () => {
    expect(middle([])).toBeNull()
    expect(middle([[121, 32], [122, 34]])).toEqual({ lng: 121.5, lat: 33 })
  })
})
