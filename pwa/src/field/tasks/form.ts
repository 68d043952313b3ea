import type { FormField, TaskForm } from '../../domain/records'

function isAnswered({ kind, required, options }: FormField, given: string): boolean {
  if (given === '') return !required
  if (kind === 'number') return Number.isFinite(Number(given))
  return kind !== 'choice' || options.includes(given)
}

/** Whether every field has what it asks for; photos are counted where they are taken. */
export function isFilledIn(form: TaskForm, answers: Readonly<Record<string, string>>): boolean {
  return form.fields.every((field) => field.kind === 'photo' || isAnswered(field, (answers[field.code] ?? '').trim()))
}
