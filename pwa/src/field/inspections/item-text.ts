import type { ChecklistItem } from '../../domain/records'

/** The item's wording in the worker's language; Chinese where it was never translated. */
export function itemText(item: ChecklistItem, locale: string): string {
  return locale === 'en' && item.text_en !== '' ? item.text_en : item.text
}

/** The name of a section, which the items of that section carry. */
export function sectionText(
  section: string,
  items: readonly ChecklistItem[],
  locale: string,
): string {
  if (locale !== 'en') return section
  return items.find((item) => item.section === section)?.section_en ?? section
}
