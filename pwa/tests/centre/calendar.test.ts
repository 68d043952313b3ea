import { describe, expect, it } from 'vitest'
import type { CalendarYear } from '../../src/api/desk-calendar'
import { daysLater, daysOf, stretchesOf, weekdayOf, weeksOf } from '../../src/centre/calendar/year'

const holiday = (day: string, name: string) => ({ day, kind: 'holiday' as const, name })
const calendar: CalendarYear = {
  year: 2026,
  known: true,
  source: null,
  weekdays: [1, 2, 3, 4, 5],
  days: [
    holiday('2026-10-01', '国庆节'),
    holiday('2026-10-02', '国庆节'),
    holiday('2026-10-05', '国庆节'),
    { day: '2026-10-10', kind: 'workday', name: '国庆节调休' },
  ],
}

describe('the sheet of a year', () => {
  it('has each day as the calendar has it, or else as its week has it', () => {
    const october = daysOf(calendar, 10)
    const of = (number: number) => october[number - 1]

    expect(october).toHaveLength(31)
    expect(of(1)).toMatchObject({ date: '2026-10-01', kind: 'holiday', worked: false, byWeek: true })
    expect(of(3)).toMatchObject({ kind: null, worked: false, byWeek: false })
    expect(of(10)).toMatchObject({ kind: 'workday', worked: true, byWeek: false })
    expect(of(12)).toMatchObject({ kind: null, worked: true, name: '' })
  })

  it.each([[2026, 2, 28], [2028, 2, 29], [2026, 12, 31]])('%d-%d has %d days', (year, month, length) => {
    expect(daysOf({ ...calendar, year }, month)).toHaveLength(length)
  })

  it('puts a month into weeks that begin on Monday', () => {
    const weeks = weeksOf(daysOf(calendar, 10))
    const numbers = weeks.map((week) => week.map((day) => day?.number ?? 0))

    expect(numbers[0]).toEqual([0, 0, 0, 1, 2, 3, 4])
    expect(numbers.at(-1)).toEqual([26, 27, 28, 29, 30, 31, 0])
    expect(weeksOf(daysOf(calendar, 6))[0]?.[0]?.number).toBe(1)
  })

  it('names days of one name in a row together', () => {
    expect(stretchesOf(daysOf(calendar, 10))).toEqual([
      { from: 1, to: 2, name: '国庆节' },
      { from: 5, to: 5, name: '国庆节' },
      { from: 10, to: 10, name: '国庆节调休' },
    ])
  })

  it('walks over the ends of months and years', () => {
    expect([daysLater('2026-12-31', 1), daysLater('2026-03-01', -1)]).toEqual(['2027-01-01', '2026-02-28'])
    expect([weekdayOf('2026-11-22'), weekdayOf('2026-11-23')]).toEqual([7, 1])
  })
})
