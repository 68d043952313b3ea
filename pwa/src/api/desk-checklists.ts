/** Versions of checklists, as the centre edits them. */
import type { ChecklistItem } from '../domain/records'
import type { SheetAnswer } from './desk-sources'

export interface ChecklistVersion {
  id: string
  code: string
  version: number
  title: string
  title_en: string | null
  state: 'draft' | 'published' | 'retired'
  published_at: string | null
  retired_at: string | null
  changed_at: string
  items: ChecklistItem[]
}

export interface ChecklistSheet extends SheetAnswer {
  items: ChecklistItem[]
}
