import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { comeAgain, daysOf, dueAt } from '../../src/domain/due'
import type { CalendarDay, ChecklistItem, InspectionOutcome, InspectionResult, Severity } from '../../src/domain/records'

interface Vectors {
  days: CalendarDay[]
  dues: { name: string; since: string; deadline: ChecklistItem['deadline']; severity: Severity; expect: string }[]
  again: { name: string; outcome: InspectionOutcome; result: InspectionResult; at: string; dues: string[]; expect: string }[]
}

const vectors = JSON.parse(readFileSync('../tests/vectors/due.json', 'utf8')) as Vectors
const days = daysOf(vectors.days)

describe('deadlines, by the vectors shared with the centre', () => {
  it.each(vectors.dues)('$name', ({ since, deadline, severity, expect: wanted }) => {
    expect(dueAt(since, deadline, severity, days)).toBe(wanted)
  })
})

describe('when to come again', () => {
  it.each(vectors.again)('$name', ({ outcome, result, at, dues, expect: wanted }) => {
    expect(comeAgain(outcome, result, at, dues)).toBe(wanted)
  })
})
