import type { FieldKind, FormField, TaskForm } from '../../domain/task-records'

/** A field as it is written at the desk: its choices line by line. */
export interface FieldDraft {
  code: string
  label: string
  labelEn: string
  kind: FieldKind
  required: boolean
  options: string
  optionsEn: string
}

/** A form as it is written at the desk. */
export interface FormDraft {
  name: string
  nameEn: string
  fields: FieldDraft[]
}

export const KINDS: readonly FieldKind[] = ['yes_no', 'choice', 'number', 'text', 'photo']

function lines(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
}

/** An empty field with a code that no other has: answers are kept by it. */
export function blankField(others: readonly FieldDraft[]): FieldDraft {
  const taken = new Set(others.map(({ code }) => code))
  let number = 1
  while (taken.has(`q${number}`)) number += 1
  return { code: `q${number}`, label: '', labelEn: '', kind: 'yes_no', required: true, options: '', optionsEn: '' }
}

/** A form to go on from, or an empty one with its first field. */
export function draftOf(form: Pick<TaskForm, 'name' | 'name_en' | 'fields'> | null): FormDraft {
  if (!form) return { name: '', nameEn: '', fields: [blankField([])] }
  const fields = form.fields.map((field) => ({
    code: field.code,
    label: field.label,
    labelEn: field.label_en ?? '',
    kind: field.kind,
    required: field.required,
    options: field.options.join('\n'),
    optionsEn: (field.options_en ?? []).join('\n'),
  }))
  return { name: form.name, nameEn: form.name_en ?? '', fields }
}

function fieldOf(draft: FieldDraft): FormField {
  const chosen = draft.kind === 'choice'
  return {
    code: draft.code,
    label: draft.label.trim(),
    label_en: draft.labelEn.trim(),
    kind: draft.kind,
    required: draft.required,
    options: chosen ? lines(draft.options) : [],
    options_en: chosen ? lines(draft.optionsEn) : [],
  }
}

/** What the server is told. */
export function formOf(draft: FormDraft): { name: string; name_en: string; fields: FormField[] } {
  return { name: draft.name.trim(), name_en: draft.nameEn.trim(), fields: draft.fields.map(fieldOf) }
}

/** The fields with one moved up by a place. */
export function raised(fields: readonly FieldDraft[], index: number): FieldDraft[] {
  const moved = fields[index]
  if (!moved || index === 0) return [...fields]
  const others = fields.filter((_, at) => at !== index)
  return [...others.slice(0, index - 1), moved, ...others.slice(index - 1)]
}
