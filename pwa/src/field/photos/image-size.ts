/** Sizes and limits of photos, as pure arithmetic. */

export const MAX_SIDE = 1600
export const MAX_BYTES = 300_000
export const THUMB_SIDE = 160
export const THUMB_BYTES = 12_000
export const MAX_ORIGINAL_BYTES = 20 * 1024 * 1024
export interface Size {
  width: number
  height: number
}

/** The size whose long side is at most maxSide, with the same shape; never larger than the input. */
export function fitWithin({ width, height }: Size, maxSide: number): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height))
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}

/** The next thing to try when a picture is still too heavy: first quality, then size; null when neither helps. */
export function lighter(
  quality: number,
  size: Size,
  minQuality = 0.5,
): { quality: number; size: Size } | null {
  if (quality - 0.1 >= minQuality - 1e-9) return { quality: quality - 0.1, size }
  const smaller = fitWithin(size, Math.round(Math.max(size.width, size.height) * 0.8))
  if (Math.max(smaller.width, smaller.height) < 64) return null
  return { quality, size: smaller }
}
