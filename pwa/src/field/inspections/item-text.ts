import type { ChecklistItem } from '../../domain/records'

/** The item's wording in the worker's language; Chinese where it was never translated. */
export function itemText(item: ChecklistItem, locale: string): string {
  return locale === 'en' && item.text_en !== '' ? item.text_en : item.text
}
