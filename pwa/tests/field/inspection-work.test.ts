import { describe, expect, it } from 'vitest'
import { emptyAnswer } from '../../src/domain/checklist'
import type { Answer, ChecklistItem, Inspection, Row } from '../../src/domain/records'
import {
  answersOf,
  following,
  gaps,
  lastFailures,
  newWork,
  passOpen,
  startItem,
  submitArgs,
} from '../../src/field/inspections/work'
import { photoLine } from '../fixtures/photo-line'

function item(code: string, extra: Partial<ChecklistItem> = {}): ChecklistItem {
  return {
    code, section: code.slice(0, 1), text: code, text_en: '', answer: 'pass_fail_na', severity: 'general',
    lead_department: '消防', other_departments: [], deadline: '3wd', photo_on_fail: 'required',
    visibility: 'normal', basis: '', ...extra,
  }
}

const ITEMS = [
  item('A01'),
  item('B01', { answer: 'number', severity: 'serious', max: 2, prefill: 'persons_per_room' }),
  item('D01', { severity: 'critical' }),
  item('H02', { answer: 'text', severity: 'chosen_on_site' }),
]
const FACTS = { house: { occupant_count: 4, room_count: 4, area_m2: 80, extinguishers: 2 } }

function given(code: string, patch: Partial<Answer>): Answer {
  return { ...emptyAnswer(code), ...patch }
}

describe('coming back to an inspection', () => {
  it('returns to the item the draft names, even when it is answered', () => {
    const answers = answersOf(ITEMS, [given('D01', { verdict: 'fail' })])
    expect(startItem(ITEMS, answers, 'D01')).toBe('D01')
  })

  it('goes to the first open item when the checklist has lost the one it was at', () => {
    const answers = answersOf(ITEMS, [given('A01', { verdict: 'pass' })])
    expect(startItem(ITEMS, answers, 'Z99')).toBe('B01')
  })

  it('keeps what was answered and drops what the checklist no longer asks', () => {
    const answers = answersOf(ITEMS, [given('A01', { verdict: 'na' }), given('Z99', { verdict: 'fail' })])
    expect(answers.A01?.verdict).toBe('na')
    expect(Object.keys(answers)).toEqual(['A01', 'B01', 'D01', 'H02'])
  })
})

describe('all in order', () => {
  it('fills only what is open and takes numbers from the house file', () => {
    const answers = answersOf(ITEMS, [given('D01', { verdict: 'fail' })])
    const passed = passOpen(ITEMS, answers, FACTS)
    expect(passed.map(({ code, verdict, number }) => [code, verdict, number])).toEqual([
      ['A01', 'pass', null],
      ['B01', null, 1],
    ])
  })

  it('cannot hide a number that breaks its limit', () => {
    const crowded = { house: { ...FACTS.house, occupant_count: 12 } }
    const answers = answersOf(ITEMS, passOpen(ITEMS, answersOf(ITEMS, []), crowded))
    expect(gaps(newWork('h', 'c', null), ITEMS, answers, {})).toEqual([{ code: 'B01', gap: 'photo' }])
  })
})

describe('what still keeps it from being submitted', () => {
  const answers = answersOf(ITEMS, [
    given('A01', { verdict: 'pass' }),
    given('B01', { number: 2 }),
    given('D01', { verdict: 'fail' }),
  ])

  it('is a photo of that very item', () => {
    const elsewhere = { A01: [photoLine('A01')] }
    expect(gaps(newWork('h', 'c', null), ITEMS, answers, elsewhere)).toEqual([{ code: 'D01', gap: 'photo' }])
    expect(gaps(newWork('h', 'c', null), ITEMS, answers, { D01: [photoLine('D01')] })).toEqual([])
  })

  it('is nothing when nobody was home', () => {
    const work = { ...newWork('h', 'c', null), outcome: 'nobody_home' as const }
    expect(gaps(work, ITEMS, answersOf(ITEMS, []), {})).toEqual([])
  })
})

describe('what is sent', () => {
  const answers = answersOf(ITEMS, [
    given('A01', { verdict: 'fail', note: '  堆放杂物 ' }),
    given('B01', { number: 3 }),
    given('D01', { verdict: 'pass' }),
    given('H02', { text: '   ' }),
  ])
  const photos = { A01: [photoLine('A01')], B01: [photoLine('B01')], '': [photoLine(null)] }

  it('has every item, a case for each failure and no other, and all photos', () => {
    const args = submitArgs(newWork('h', 'c', 't'), ITEMS, answers, photos, null)
    expect(args.answers.map(({ code }) => code)).toEqual(['A01', 'B01', 'D01', 'H02'])
    expect(Object.keys(args.case_ids)).toEqual(['A01', 'B01'])
    expect(args.photos).toHaveLength(3)
    expect(args.task_id).toBe('t')
  })

  it('trims words, and empty ones are none', () => {
    const args = submitArgs(newWork('h', 'c', null), ITEMS, answers, photos, null)
    expect(args.answers[0]?.note).toBe('堆放杂物')
    expect(args.answers[3]?.text).toBeNull()
    expect(args.note).toBeNull()
  })

  it('carries no answers when nothing was inspected', () => {
    const work = { ...newWork('h', 'c', null), outcome: 'refused' as const, note: '不开门' }
    const args = submitArgs(work, ITEMS, answers, {}, null)
    expect(args.answers).toEqual([])
    expect(args.case_ids).toEqual({})
    expect(args.note).toBe('不开门')
  })
})

describe('what failed last time', () => {
  const base: Row<'inspection'> = {
    id: 'i', house_id: 'h', checklist_id: 'c', inspector_id: 'u', inspector_name: '陈', captured_at: '',
    outcome: 'inspected', result: 'fail', fail_count: 1, answers: [], note: null, task_id: null,
  } satisfies Inspection & { id: string }

  it('comes from the newest real inspection, not from a closed door since', () => {
    const inspections = [
      { ...base, captured_at: '2026-01-01T00:00:00Z', answers: [given('A01', { verdict: 'fail' })] },
      { ...base, captured_at: '2026-05-01T00:00:00Z', answers: [given('D01', { verdict: 'fail', note: '纸箱' })] },
      { ...base, captured_at: '2026-09-01T00:00:00Z', outcome: 'nobody_home' as const },
    ]
    const failed = lastFailures(inspections, ITEMS)
    expect([...failed.keys()]).toEqual(['D01'])
    expect(failed.get('D01')?.note).toBe('纸箱')
  })
})

describe('items that depend on others', () => {
  const BRANCHING = [
    item('A04', { answer: 'number', severity: 'computed' }),
    item('B01', { answer: 'number', formula: 'A04 / rooms', max: 2 }),
    item('B02', { answer: 'number', formula: 'B01 * 2' }),
    item('D01', { show_if: 'B01 = fail' }),
  ]
  const numbers = (answers: ReturnType<typeof answersOf>) => BRANCHING.map(({ code }) => answers[code]?.number ?? null)

  function settled(answers: ReturnType<typeof answersOf>, computed: Set<string>): void {
    // Once for each item: what follows may itself be followed.
    BRANCHING.forEach(() => {
      for (const next of following(BRANCHING, answers, FACTS, computed)) answers[next.code] = next
    })
  }

  it('follow what they are made of, and are taken away with it', () => {
    const answers = answersOf(BRANCHING, [given('A04', { number: 12 })])
    const computed = new Set<string>()
    settled(answers, computed)
    expect(numbers(answers)).toEqual([12, 3, 6, null])
    answers.A04 = given('A04', {})
    settled(answers, computed)
    expect(numbers(answers)).toEqual([null, null, null, null])
  })

  it('keep a number that was typed where nothing can be computed', () => {
    const answers = answersOf(BRANCHING, [given('B01', { number: 7 })])
    settled(answers, new Set())
    expect(numbers(answers)).toEqual([null, 7, 14, null])
  })

  it('send what was answered before it was hidden, and no empty answer to what is not asked', () => {
    const work = newWork('h', 'c', null)
    const answers = answersOf(BRANCHING, [given('A04', { number: 4 }), given('B01', { number: 1 }), given('B02', { number: 2 })])
    const codes = () => submitArgs(work, BRANCHING, answers, {}, null).answers.map(({ code }) => code)
    expect(codes()).toEqual(['A04', 'B01', 'B02'])
    answers.D01 = given('D01', { verdict: 'fail' })
    expect(codes()).toEqual(['A04', 'B01', 'B02', 'D01'])
    expect(submitArgs(work, BRANCHING, answers, {}, null).case_ids).toEqual({})
  })
})
