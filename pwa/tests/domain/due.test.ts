import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { comeAgain, daysOf, dueAt, isLarge } from '../../src/domain/due'
import type { CalendarDay, ChecklistItem, HouseState, InspectionOutcome, Severity } from '../../src/domain/records'

interface Vectors {
  days: CalendarDay[]
  dues: { name: string; since: string; deadline: ChecklistItem['deadline']; severity: Severity; expect: string }[]
  again: { name: string; outcome: InspectionOutcome; state: HouseState; large: boolean; at: string; dues: string[]; expect: string }[]
}

const vectors = JSON.parse(readFileSync('../tests/vectors/due.json', 'utf8')) as Vectors
const days = daysOf(vectors.days)

describe('deadlines, by the vectors shared with the centre', () => {
  it.each(vectors.dues)('$name', ({ since, deadline, severity, expect: wanted }) => {
    expect(dueAt(since, deadline, severity, days)).toBe(wanted)
  })
})

describe('when to come again', () => {
  it.each(vectors.again)('$name', ({ outcome, state, large, at, dues, expect: wanted }) => {
    expect(comeAgain(outcome, state, at, dues, large)).toBe(wanted)
  })

  it('sooner where there are ten rooms or beds', () => {
    expect([isLarge(9, 9), isLarge(10, 0), isLarge(null, 10)]).toEqual([false, true, true])
  })
})
