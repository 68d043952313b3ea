import { describe, expect, it } from 'vitest'
import type { House, Row } from '../../src/domain/records'
import { amapLink, byAddress, dueHouses, findHouses, isDue } from '../../src/field/houses/house-order'

const NOW = Date.parse('2026-11-22T04:00:00Z')

function house(id: string, extra: Partial<House> = {}): Row<'house'> {
  return {
    id, code: id, address: `华山路${id}号`, village_name: '华山社区', grid_id: 'g', micro_grid_id: null,
    lng: 121.07, lat: 32.06, building_kind: '', floors: null, area_m2: null, room_count: null, bed_count: null,
    extinguishers: null, landlord_name: '张*', landlord_phone: null, state: 'passed', last_inspected_at: null,
    next_due_on: '2026-11-20', occupant_count: 0, open_cases: 0, ...extra,
  }
}

describe('houses to inspect', () => {
  it('are those past or near their date and those never seen', () => {
    expect(isDue(house('1', { next_due_on: '2026-11-29' }), NOW)).toBe(true)
    expect(isDue(house('1', { next_due_on: '2026-11-30' }), NOW)).toBe(false)
    expect(isDue(house('1', { next_due_on: null, state: 'unchecked' }), NOW)).toBe(true)
    expect(isDue(house('1', { next_due_on: null }), NOW)).toBe(false)
  })

  it('come nearest first, those without a place last', () => {
    const houses = [house('far', { lng: 121.2 }), house('nowhere', { lng: null }), house('near', { lng: 121.071 })]
    const here = { lng: 121.07, lat: 32.06 }
    expect(dueHouses(houses, here, NOW).map(({ id }) => id)).toEqual(['near', 'far', 'nowhere'])
  })

  it('come latest first when nobody knows where one stands', () => {
    const houses = [house('soon', { next_due_on: '2026-11-25' }), house('late', { next_due_on: '2026-10-01' })]
    expect(dueHouses(houses, null, NOW).map(({ id }) => id)).toEqual(['late', 'soon'])
  })
})

describe('searching', () => {
  const houses = [house('2'), house('10', { landlord_name: '李*' }), house('3', { village_name: '城东村' })]

  it('wants every word, wherever it stands', () => {
    expect(findHouses(houses, ' 华山 李 ').map(({ id }) => id)).toEqual(['10'])
    expect(findHouses(houses, '城东').map(({ id }) => id)).toEqual(['3'])
    expect(findHouses(houses, '没有的')).toEqual([])
  })

  it('orders addresses as people count', () => {
    expect([...houses].sort(byAddress).map(({ id }) => id)).toEqual(['2', '3', '10'])
  })
})

describe('the way to Amap', () => {
  it('hands over the bare point, longitude first, and says that it is WGS-84', () => {
    expect(amapLink({ lng: 121.07, lat: 32.06 })).toBe(
      'https://uri.amap.com/marker?position=121.07,32.06&coordinate=wgs84&callnative=1',
    )
  })
})
