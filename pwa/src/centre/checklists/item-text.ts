/** An item as a form has it: all of it text. */
import type { ChecklistItem } from '../../domain/records'
import { told } from './compare'

const TEXTS = ['code', 'section', 'section_en', 'text', 'text_en', 'lead_department', 'deadline', 'basis', 'unit', 'show_if', 'formula', 'picture'] as const
const NUMBERS = ['min', 'max'] as const

/** What is chosen from a list: each value with the words for it. */
export const CHOICES = {
  answer: words('answers', ['pass_fail_na', 'number', 'text', 'number+pass_fail_na', 'text+pass_fail_na']),
  severity: words('severities', ['general', 'serious', 'critical', 'computed', 'chosen_on_site']),
  photo_on_fail: words('photos', ['required', 'optional']),
  visibility: words('seen', ['normal', 'restricted']),
  prefill: [['', 'none'], ...words('prefills', ['occupants', 'persons_per_room', 'area_per_person', 'rooms', 'extinguishers'])],
} satisfies Record<string, [string, string][]>

export type ItemText = Record<(typeof TEXTS)[number] | (typeof NUMBERS)[number] | keyof typeof CHOICES | 'other_departments', string>

function words(group: string, values: readonly string[]): [string, string][] {
  return values.map((value) => [value, `${group}.${value}`])
}

/** A new item, in the section of the one before it. */
export function blank(after?: ChecklistItem): ItemText {
  const empty = Object.fromEntries([...TEXTS, ...NUMBERS, 'prefill', 'other_departments'].map((name) => [name, '']))
  return {
    ...(empty as ItemText), answer: 'pass_fail_na', severity: 'general', photo_on_fail: 'required', visibility: 'normal', deadline: '7wd',
    section: after?.section ?? '', section_en: after?.section_en ?? '',
  }
}

/** An item as text. */
export function textOf(item: ChecklistItem): ItemText {
  const known = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, String(value ?? '')]))
  return { ...blank(), ...known, other_departments: told(item, 'other_departments') }
}

/** The item that a form says; what is empty it has not. */
export function itemOf(form: ItemText): ChecklistItem {
  const isNumber = form.answer.startsWith('number')
  const given = Object.entries({ min: number(form.min), max: number(form.max), unit: form.unit, prefill: form.prefill, formula: form.formula })
    .filter(([, value]) => isNumber && value !== null && value !== '')
  const { code, section, section_en, text, text_en, answer, severity, lead_department, deadline, photo_on_fail, visibility, basis } = form
  return {
    code, section, section_en, text, text_en, answer, severity, lead_department, deadline, photo_on_fail, visibility, basis,
    other_departments: form.other_departments.split(/[\s,，、]+/).filter(Boolean),
    ...Object.fromEntries(given),
    ...(form.show_if ? { show_if: form.show_if } : {}),
    ...(form.picture ? { picture: form.picture } : {}),
  } as ChecklistItem
}

/** What is no number goes as it was typed: the centre says that it is none. */
function number(text: string): number | string | null {
  if (text === '') return null
  return Number.isFinite(Number(text)) ? Number(text) : text
}
