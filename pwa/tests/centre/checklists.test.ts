import { describe, expect, it } from 'vitest'
import { differences } from '../../src/centre/checklists/compare'
import { blank, itemOf, textOf } from '../../src/centre/checklists/item-text'
import { deadlineWords } from '../../src/centre/items/deadline'
import type { ChecklistItem } from '../../src/domain/records'

const item = (code: string, more: Partial<ChecklistItem> = {}): ChecklistItem => ({ ...itemOf({ ...blank(), code, text: code }), ...more })

describe('comparing two versions of a checklist', () => {
  it('tells what came, what went, and which fields are others', () => {
    const before = [item('A01'), item('B01', { answer: 'number', max: 2 }), item('C01')]
    const now = [item('A01'), item('B01', { answer: 'number', max: 3, show_if: 'A01 = pass' }), item('D01')]
    const found = differences(before, now)
    expect(found.added.map(({ code }) => code)).toEqual(['D01'])
    expect(found.removed.map(({ code }) => code)).toEqual(['C01'])
    expect(found.altered.map(({ item: { code }, fields }) => [code, fields])).toEqual([
      ['B01', [{ field: 'show_if', before: '', after: 'A01 = pass' }, { field: 'max', before: '2', after: '3' }]],
    ])
    expect(found.moved).toBe(false)
  })

  it('sees another order, and nothing where nothing is different', () => {
    const [one, two] = [item('A01'), item('A02')]
    expect(differences([one, two], [two, one])).toMatchObject({ added: [], removed: [], altered: [], moved: true })
    expect(differences([one], [{ ...one, min: null }])).toMatchObject({ altered: [], moved: false })
  })
})

describe('a deadline', () => {
  it('is said in words; what is none is left as it is', () => {
    const say = (deadline: string) => deadlineWords(deadline, (key, { n = 0 } = {}) => `${key.replace('centre.items.', '')} ${String(n)}`)
    expect(['3wd', '15d', 'immediate', 'by_severity', 'soon'].map(say)).toEqual(['workdays 3', 'days 15', 'immediate 0', 'by_severity 0', 'soon'])
  })
})

describe('an item in a form', () => {
  it('comes back as it was', () => {
    const whole = item('B02', {
      answer: 'number', severity: 'serious', min: 4, unit: '㎡', formula: 'area / A04', show_if: 'B06 >= 10', other_departments: ['消防', '公安'],
    })
    expect(itemOf(textOf(whole))).toEqual(whole)
  })

  it('has no limits once it asks for no number', () => {
    expect(itemOf({ ...textOf(item('B02', { answer: 'number', min: 4 })), answer: 'pass_fail_na' })).not.toHaveProperty('min')
  })
})
