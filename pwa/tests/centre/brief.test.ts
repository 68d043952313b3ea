import { describe, expect, it } from 'vitest'
import type { FigureRow } from '../../src/api/desk-oversight'
import { countsOf, weeksOf, worst } from '../../src/centre/brief/numbers'
import { narrowed } from '../../src/centre/oversight/asked'
import { mondaysUntil, presetPeriod } from '../../src/centre/oversight/period'

function row(key: string, open: number, late: number): FigureRow {
  return { key, name: key, figures: [{ code: 'mended', numerator: 2, denominator: open + 2 }, { code: 'mend_overdue', numerator: late, denominator: open }] }
}

describe('the page of a head', () => {
  const rows = [row('', 11, 5), row('b', 3, 0), row('a', 3, 2), row('c', 0, 0), row('d', 4, 0), row('e', 1, 3)]

  it('names the three with most still open, the late before the others, and none with nothing open', () => {
    expect(worst(rows).map(({ key, open, late }) => [key, open, late])).toEqual([['d', 4, 0], ['a', 3, 2], ['b', 3, 0]])
    expect(worst([row('', 0, 0), row('c', 0, 0)])).toEqual([])
  })

  it('tells a figure of all, of one group, and of a group that has none', () => {
    expect(countsOf(rows, 'mended')).toMatchObject({ numerator: 2, denominator: 13 })
    expect(countsOf(rows, 'mend_overdue', 'a')).toMatchObject({ numerator: 2, denominator: 3 })
    expect(countsOf(rows, 'mended', 'nobody')).toEqual({ code: 'mended', numerator: 0, denominator: 0 })
  })

  it('has twelve weeks that begin on Mondays, the last with today in it', () => {
    const mondays = mondaysUntil('2026-11-22') // a Sunday
    expect([mondays.length, mondays[0], mondays.at(-1)]).toEqual([12, '2026-08-31', '2026-11-16'])
    expect(mondaysUntil('2026-11-23').at(-1)).toBe('2026-11-23')
    expect(presetPeriod('weeks', Date.parse('2026-11-22T16:30:00Z')).since).toBe('2026-09-07')
    expect(presetPeriod('today', Date.parse('2026-11-21T16:30:00Z'))).toEqual({ since: '2026-11-22', until: '2026-11-22' })
  })

  it('shows weeks in which nothing was found', () => {
    expect(weeksOf([row('2026-11-16', 1, 0)], ['2026-11-09', '2026-11-16'])).toEqual([
      { monday: '2026-11-09', found: 0, mended: 0 },
      { monday: '2026-11-16', found: 3, mended: 2 },
    ])
  })
})

describe('what is asked for', () => {
  const period = { since: '2026-11-01', until: '2026-11-22' }

  it('is the period, what is chosen, and the group', () => {
    const asked = { by: 'item', key: 'D01', village_id: '', department_id: 'd' }
    expect(narrowed(period, asked)).toEqual({ ...period, department_id: 'd', item_code: 'D01' })
    expect(narrowed(period, { ...asked, key: '' })).toEqual({ ...period, department_id: 'd' })
  })
})
