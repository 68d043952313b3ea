/** What a form says in a language: English where it has any, which older forms have not. */
import type { FormField, TaskForm } from './records'

/** Words in a language; Chinese where there are no English ones. */
export function said(chinese: string, english: string | null | undefined, locale: string): string {
  return locale === 'en' && english != null && english !== '' ? english : chinese
}

/** What the form is called. */
export function formName(form: Pick<TaskForm, 'name' | 'name_en'>, locale: string): string {
  return said(form.name, form.name_en, locale)
}

/** What a field asks. */
export function fieldLabel(field: FormField, locale: string): string {
  return said(field.label, field.label_en, locale)
}

/** What a choice of a field says; what is kept is its Chinese. */
export function optionLabel(field: FormField, option: string, locale: string): string {
  return said(option, field.options_en?.[field.options.indexOf(option)], locale)
}
