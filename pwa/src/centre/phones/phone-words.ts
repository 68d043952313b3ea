import type { Care, PhoneReport } from '../../api/desk-phones'
import type { Look } from '../parts/words'

/** How each care looks; its words are in centre-phones.json. */
export const careLooks: Record<Care, Look> = {
  lost: { tone: 'bad', icon: 'alert' },
  unsent: { tone: 'bad', icon: 'upload' },
  refused: { tone: 'warn', icon: 'flag' },
  silent: { tone: 'warn', icon: 'offline' },
  storage: { tone: 'warn', icon: 'storage' },
  clock: { tone: 'warn', icon: 'clock' },
  old_app: { tone: 'info', icon: 'download' },
  no_phone: { tone: 'neutral', icon: 'device' },
}

/** What a person knows the phone by, out of what its browser says: "Linux; Android 13; vivo Y36", "iPhone; CPU …". */
export function modelOf(device: string): string {
  const parts = device.split(';').map((part) => part.trim())
  return (device.includes('Android') ? parts.at(-1) : parts[0]) ?? device
}

/** "320 MB", "4.2 GB". */
export function sizeOf(bytes: number): string {
  return bytes < 1e9 ? `${String(Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** The version alone in "gridfield-pwa/1.2.3". */
export function versionOf(app: string): string {
  return app.split('/').pop() ?? app
}

const MINUTE = 60_000

/** How wrong a clock is, in the largest whole unit; null while it is right by the minute. */
export function clockError(offsetMs: number): { way: 'fast' | 'slow'; unit: 'minutes' | 'hours' | 'days'; n: number } | null {
  const way = offsetMs < 0 ? 'fast' : 'slow'
  const minutes = Math.floor(Math.abs(offsetMs) / MINUTE)
  if (minutes < 1) return null
  if (minutes < 120) return { way, unit: 'minutes', n: minutes }
  if (minutes < 48 * 60) return { way, unit: 'hours', n: Math.floor(minutes / 60) }
  return { way, unit: 'days', n: Math.floor(minutes / (24 * 60)) }
}

/** Whether the phone has anything that the centre has not. */
export function hasUnsent({ pending, photos_pending }: PhoneReport): boolean {
  return pending + photos_pending > 0
}

const REST_MS = 60 * MINUTE

/** Whether a worker was reminded so lately that nobody may again. */
export function isResting(remindedAt: string | null, now: number): boolean {
  return remindedAt !== null && Date.parse(remindedAt) + REST_MS > now
}
