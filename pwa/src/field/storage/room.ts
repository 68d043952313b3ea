/** How full the phone is, as the browser tells it, and when there is no more room for a photo. */
import type { Estimate } from '../../db/estimate'
import { MAX_BYTES } from '../photos/image-size'

/** Must stay free, so that text can always be saved … */
export const RESERVED_BYTES = 60 * 1024 * 1024
/** … but no more than this share of what the browser grants: some grant little. */
const RESERVED_SHARE = 0.1
/** With room for fewer photos than this the worker is told to make some. */
const FEW_PHOTOS = 100

export interface Room {
  /** Bytes. */
  used: number
  left: number
  /** How many photos of the usual size still go in. */
  photos: number
  low: boolean
}

function freeFor(quota: number, usage: number): number {
  return quota - usage - Math.min(RESERVED_BYTES, quota * RESERVED_SHARE)
}

/** Whether a photo of so many bytes may be stored; text is never asked. */
export function hasRoom(bytes: number, { usage, quota }: Estimate): boolean {
  return quota === undefined || usage === undefined || freeFor(quota, usage) > bytes
}

/** The same in plain figures; null when the browser does not tell. */
export function roomIn({ usage, quota }: Estimate): Room | null {
  if (quota === undefined || usage === undefined) return null
  const photos = Math.max(0, Math.floor(freeFor(quota, usage) / MAX_BYTES))
  return { used: usage, left: Math.max(0, quota - usage), photos, low: photos < FEW_PHOTOS }
}

/** Whether a write failed because the disk is full. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { inner } = error as { inner?: unknown }
  return /quota/i.test(error.name + error.message) || isFull(inner)
}
