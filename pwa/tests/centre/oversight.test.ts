import { describe, expect, it } from 'vitest'
import { percent, presetPeriod } from '../../src/centre/oversight/period'
import { spanOf } from '../../src/centre/oversight/span'

const at = (time: string): number => Date.parse(time)

describe('the periods of the figures', () => {
  it.each([
    ['week', '2026-11-16', '2026-11-22'],
    ['month', '2026-11-01', '2026-11-22'],
    ['last_month', '2026-10-01', '2026-10-31'],
    ['quarter', '2026-08-25', '2026-11-22'],
  ] as const)('%s ends in China, not in Greenwich', (preset, since, until) => {
    expect(presetPeriod(preset, at('2026-11-21T16:30:00Z'))).toEqual({ since, until })
  })

  it('knows the month before January', () => {
    expect(presetPeriod('last_month', at('2027-01-15T02:00:00Z'))).toEqual({ since: '2026-12-01', until: '2026-12-31' })
  })
})

describe('numbers on the wall', () => {
  it('has no share of nothing', () => {
    expect([percent(0, 0), percent(1, 3), percent(2, 2)]).toEqual(['—', '33.3 %', '100.0 %'])
  })

  it.each([
    [59, 'minutes', 59],
    [60, 'hours', 1],
    [389, 'hours', 6],
    [390, 'days', 1],
    [800, 'days', 2],
  ])('%i minutes of work are told in %s', (minutes, unit, n) => {
    expect(spanOf(minutes)).toEqual({ unit, n })
  })
})
