import { expect, it } from 'vitest'
import type { Answer, ChecklistItem, Finding } from '../../src/api/desk-records'
import { answerText, sectionsOf } from '../../src/centre/inbox/answers'
import { placeName } from '../../src/centre/parts/place-name'

const item = (code: string, section: string, unit: string | null = null): ChecklistItem => ({
  code, section, text: code, text_en: null, answer: 'number', severity: 'serious', unit,
})
const answer = (code: string, parts: Partial<Answer>): Answer => ({
  code, verdict: null, number: null, text: null, note: null, severity: null, ...parts,
})

it('a number out of bounds counts as failed though nobody pressed fail', () => {
  const findings: Finding[] = [{ code: 'B01', severity: 'serious', case: null }]
  const sections = sectionsOf(
    [item('A01', '基本情况'), item('B01', '居住标准'), item('B02', '居住标准')],
    [answer('A01', { verdict: 'pass' }), answer('B01', { number: 3 }), answer('B02', { number: 9 })],
    findings,
  )
  expect(sections.map(({ name, failed }) => [name, failed])).toEqual([['基本情况', 0], ['居住标准', 1]])
  expect(sections[1]?.rows.map(({ verdict }) => verdict)).toEqual(['fail', null])
})

it('a zero is an answer', () => {
  expect(answerText(item('A04', '基本情况', '人'), answer('A04', { number: 0 }))).toBe('0 人')
  expect(answerText(item('A04', '基本情况'), undefined)).toBe('')
})

it('a place is not said twice', () => {
  const village = { id: 'v', name: '金南社区' }
  expect(placeName(village, { id: 'g', name: '第一网格' })).toBe('金南社区 第一网格')
  expect(placeName(village, { id: 'g', name: '金南社区第一网格' })).toBe('金南社区第一网格')
  expect(placeName(null, null)).toBe('')
})
