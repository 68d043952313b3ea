/** What `/api/phones` answers: how the phones of the workers are, those first that need care. */
import type { Named, Page } from './desk-records'

/** What may be wrong with a phone, the gravest first. */
export const CARES = ['lost', 'unsent', 'refused', 'silent', 'storage', 'clock', 'old_app', 'no_phone'] as const
export type Care = (typeof CARES)[number]

/** What a phone last said of itself; sizes are bytes, the offset is server minus phone. */
export interface PhoneReport {
  app: string
  pending: number
  photos_pending: number
  rejected: number
  oldest_unsent_at: string | null
  storage_free: number | null
  storage_quota: number | null
  persisted: boolean | null
  lost_mutations: number
  lost_photos: number
  clock_offset_ms: number
  told_at: string
}

/** A phone of a worker, or (without `device`) a worker who has none. */
export interface Phone {
  id: string
  /** The list's order, descending: a number. */
  urgency: string
  worker: Named
  grids: string
  device: string | null
  cares: Care[]
  /** When anything was last heard from it, and when its last whole round ended. */
  seen_at: string | null
  synced_at: string | null
  report: PhoneReport | null
  reminded_at: string | null
}

export interface PhonePage extends Page<Phone> {
  counts: Partial<Record<Care | 'phones', number>>
}
