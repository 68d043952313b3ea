/** Rechecks (复查) as the desk is told of them. */
import type { Photo } from './desk-records'

/** Somebody looked again at a finding; `counts` is false where whoever mended it looked. */
export interface Recheck {
  id: string
  checker: { id: string; name: string }
  captured_at: string
  clock_suspect: boolean
  passed: boolean
  counts: boolean
  note: string | null
  before: Photo[]
  after: Photo[]
}
