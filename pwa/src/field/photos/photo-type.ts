/** What a file really is, told by its first bytes and not by its name. */

export type PhotoType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/heic'

const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']

/** The image type of these bytes, or null when they are no photo this app takes. */
export function photoType(head: Uint8Array): PhotoType | null {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to))
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg'
  if (text(1, 4) === 'PNG' && head[0] === 0x89) return 'image/png'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  if (text(4, 8) === 'ftyp' && HEIC_BRANDS.includes(text(8, 12))) return 'image/heic'
  return null
}
