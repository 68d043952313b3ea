import { describe, expect, it } from 'vitest'
import type { HouseHistory, HouseHistoryProperties } from '../../src/api/desk-past'
import { daysUntil, pointsOn, stateOn } from '../../src/centre/map/past'

const states: HouseHistoryProperties['states'] = [[0, null], [2, 'unchecked'], [5, 'rectify'], [9, null]]

describe('houses on past days', () => {
  it('stand in the state that the last change left them in', () => {
    expect([0, 1, 2, 4, 5, 8, 9, 20].map((day) => stateOn(states, day))).toEqual([
      null, null, 'unchecked', 'unchecked', 'rectify', 'rectify', null, null,
    ])
  })

  it('are on the map only while they are rental houses', () => {
    const house = (id: string, its: HouseHistoryProperties['states']): HouseHistory['features'][number] => ({
      type: 'Feature', geometry: { type: 'Point', coordinates: [121, 32] }, properties: { id, address: id, states: its },
    })
    const history: HouseHistory = { type: 'FeatureCollection', features: [house('a', states), house('b', [[0, 'passed']])] }

    expect(pointsOn(history, 0).features.map(({ properties }) => properties.mark)).toEqual(['house-passed'])
    expect(pointsOn(history, 6).features.map(({ properties }) => [properties.select, properties.mark])).toEqual([
      ['house:a', 'house-rectify'], ['house:b', 'house-passed'],
    ])
  })

  it('have as many days as are asked for, over the end of a year', () => {
    expect(daysUntil('2027-01-02', 4)).toEqual(['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'])
  })
})
