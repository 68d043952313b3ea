import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import {
  type Facts, caseTitle, evaluate, failedItems, filled, houseStateAfter, missing, passAnswer, prefill, result, shown,
} from '../../src/domain/checklist'
import type { Answer, ChecklistItem, House, HouseState, InspectionOutcome, InspectionResult } from '../../src/domain/records'

interface Vectors {
  items: ChecklistItem[]
  evaluate: { name: string; item: string; answer: Answer | null; expect: string }[]
  case_titles: { name: string; item: string; answer: Answer | null; expect: string }[]
  inspections: {
    name: string; outcome: InspectionOutcome; answers: Answer[]; photo_codes: (string | null)[]
    missing: { code: string; gap: string }[]; failed: string[]; result: InspectionResult
  }[]
  outcomes: { outcome: InspectionOutcome; result: InspectionResult }[]
  branching: {
    items: ChecklistItem[]
    cases: {
      name: string; facts: Facts; answers: Answer[]; numbers: Record<string, number | null>
      shown: string[]; missing: string[]; failed: string[]; result: InspectionResult
    }[]
  }
  house_states: { state: HouseState; result: InspectionResult; expect: HouseState }[]
}

const vectors = JSON.parse(readFileSync('../tests/vectors/checklist.json', 'utf8')) as Vectors
const itemOf = (code: string): ChecklistItem => {
  const found = vectors.items.find((item) => item.code === code)
  if (!found) throw new Error(code)
  return found
}

describe('checklist rules, by the vectors shared with the centre', () => {
  it.each(vectors.evaluate)('$name', ({ item, answer, expect: wanted }) => {
    expect(evaluate(itemOf(item), answer ?? undefined)).toBe(wanted)
  })

  it.each(vectors.case_titles)('the hazard is called by the rule: $name', ({ item, answer, expect: wanted }) => {
    expect(caseTitle(itemOf(item), answer ?? undefined)).toBe(wanted)
  })

  it.each(vectors.inspections)('inspection: $name', (given) => {
    const photos = given.photo_codes.map((item_code) => ({ item_code }))
    expect(missing(vectors.items, given.answers, photos)).toEqual(given.missing)
    expect(failedItems(vectors.items, given.answers).map(({ code }) => code)).toEqual(given.failed)
    expect(result(given.outcome, vectors.items, given.answers)).toBe(given.result)
  })

  it.each(vectors.outcomes)('$outcome gives $result, whatever was answered', ({ outcome, result: wanted }) => {
    expect(result(outcome, vectors.items, [])).toBe(wanted)
  })

  it.each(vectors.house_states)('$state after $result', ({ state, result: outcome, expect: wanted }) => {
    expect(houseStateAfter(state, outcome)).toBe(wanted)
  })
})

describe('items that depend on others, by the same vectors', () => {
  it.each(vectors.branching.cases)('$name', (given) => {
    const { items } = vectors.branching
    const full = filled(items, given.answers, given.facts)
    const now = [...full.values()]
    const numbers = Object.keys(given.numbers).map((code) => [code, full.get(code)?.number ?? null])
    expect(Object.fromEntries(numbers)).toEqual(given.numbers)
    expect(shown(items, now).map(({ code }) => code)).toEqual(given.shown)
    expect(missing(items, now, []).map(({ code }) => code)).toEqual(given.missing)
    expect(failedItems(items, now).map(({ code }) => code)).toEqual(given.failed)
    expect(result('inspected', items, now)).toBe(given.result)
  })
})

describe('prefill', () => {
  const house = { occupant_count: 7, room_count: 3, area_m2: 60, extinguishers: 2 } satisfies Partial<House>

  it('takes the fullest room where the rooms of the occupants are known', () => {
    const occupants = [
      { room_id: 'a', until: null }, { room_id: 'a', until: null }, { room_id: 'a', until: '2026-01-01' }, { room_id: 'b', until: null },
    ]
    expect(prefill(itemOf('B01'), { house, occupants })).toBe(2)
    expect(prefill(itemOf('B01'), { house })).toBe(3)
  })

  it('knows no area per person in an empty house', () => {
    expect(prefill(itemOf('B02'), { house })).toBe(8.6)
    expect(prefill(itemOf('B02'), { house: { ...house, occupant_count: 0 } })).toBeNull()
  })

  it('"all in order" finishes every item that the house file can fill, and keeps what was typed', () => {
    const answers = vectors.items.map((item) => passAnswer(item, { house: { ...house, room_count: 4 } }))
    expect(missing(vectors.items, answers, [])).toEqual([])
    const typed = { ...passAnswer(itemOf('E01'), { house }), number: 5 }
    expect(passAnswer(itemOf('E01'), { house }, typed).number).toBe(5)
  })
})
