/** What differs between two versions of a checklist. */
import type { ChecklistItem } from '../../domain/records'

export const FIELDS = [
  'section', 'text', 'text_en', 'answer', 'severity', 'show_if', 'formula', 'min', 'max', 'unit', 'prefill', 'lead_department',
  'other_departments', 'deadline', 'photo_on_fail', 'visibility', 'basis', 'picture',
] as const
export type Field = (typeof FIELDS)[number]

export interface Altered {
  item: ChecklistItem
  fields: { field: Field; before: string; after: string }[]
}

export interface Differences {
  added: ChecklistItem[]
  removed: ChecklistItem[]
  altered: Altered[]
  /** The items that both have come in another order. */
  moved: boolean
}

/** A field as it is read; empty where the item has none. */
export function told(item: ChecklistItem, field: Field): string {
  const value = item[field]
  return Array.isArray(value) ? value.join(' ') : String(value ?? '')
}

/** How `now` differs from `before`, item by item of the same code. */
export function differences(before: readonly ChecklistItem[], now: readonly ChecklistItem[]): Differences {
  const old = new Map(before.map((item) => [item.code, item]))
  const kept = now.filter(({ code }) => old.has(code))
  const codes = new Set(now.map(({ code }) => code))
  const left = before.filter(({ code }) => codes.has(code))
  return {
    added: now.filter(({ code }) => !old.has(code)),
    removed: before.filter(({ code }) => !codes.has(code)),
    altered: kept.flatMap((item) => {
      const was = old.get(item.code) ?? item
      const fields = FIELDS.map((field) => ({ field, before: told(was, field), after: told(item, field) }))
        .filter((one) => one.before !== one.after)
      return fields.length > 0 ? [{ item, fields }] : []
    }),
    moved: kept.some(({ code }, index) => left[index]?.code !== code),
  }
}
