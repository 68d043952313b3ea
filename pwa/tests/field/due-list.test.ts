import { describe, expect, it } from 'vitest'
import type { House, Row } from '../../src/domain/records'
import { asAsked, dayWalk, MOST_A_DAY, whenDue } from '../../src/field/houses/due-list'

const NOW = Date.parse('2026-11-22T04:00:00Z')

function house(id: string, extra: Partial<House> = {}): Row<'house'> {
  return {
    id, code: id, address: id, village_name: '', grid_id: 'g', micro_grid_id: null, lng: 121, lat: 32, building_kind: '', floors: null,
    area_m2: null, room_count: null, bed_count: null, extinguishers: null, landlord_name: null, landlord_phone: null,
    state: 'passed', last_inspected_at: null, next_due_on: '2026-11-22', occupant_count: 0, open_cases: 0, ...extra,
  }
}

describe('the due list', () => {
  const late = house('late', { next_due_on: '2026-11-21', state: 'failed', open_cases: 2 })
  const today = house('today', { state: 'rectify' })
  const never = house('never', { next_due_on: null, state: 'unchecked' })
  const week = house('week', { next_due_on: '2026-11-23', open_cases: 1 })
  const due = [late, today, never, week]

  it('tells late, today and this week apart by the day in Shanghai', () => {
    expect(due.map((each) => whenDue(each, NOW))).toEqual(['late', 'today', 'today', 'week'])
    expect(whenDue(today, Date.parse('2026-11-22T15:59:00Z'))).toBe('today')
    expect(whenDue(today, Date.parse('2026-11-22T16:00:00Z'))).toBe('late')
  })

  it('can be asked by when, by state, and for open hazards', () => {
    expect(asAsked(due, 'all', 'all', NOW)).toEqual(due)
    expect(asAsked(due, 'today', 'all', NOW)).toEqual([today, never])
    expect(asAsked(due, 'all', 'hazards', NOW)).toEqual([late, week])
    expect(asAsked(due, 'late', 'failed', NOW)).toEqual([late])
    expect(asAsked(due, 'week', 'failed', NOW)).toEqual([])
  })

  it('walks through what is late or due today; without a place at the end, and no more than fit a day', () => {
    const far = house('far', { lng: 121.003 })
    const near = house('near', { lng: 121.001 })
    const nowhere = house('nowhere', { lng: null, lat: null })
    const walk = dayWalk([far, nowhere, near, week], { lng: 121, lat: 32 }, NOW)
    expect(walk.placed).toEqual([near, far])
    expect(walk.unplaced).toEqual([nowhere])
    expect(walk.left).toBe(0)

    const many = Array.from({ length: MOST_A_DAY + 3 }, (_, i) => house(String(i)))
    const whole = dayWalk(many, null, NOW)
    expect(whole.placed).toHaveLength(MOST_A_DAY)
    expect(whole.left).toBe(3)
  })
})
