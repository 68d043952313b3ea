/** A patrol under way, as plain data that a draft can hold. */
import type { PatrolKind, Row } from '../../domain/records'

export interface PatrolWork {
  patrol_id: string
  kind: PatrolKind
  task_id: string | null
  recording: boolean
  /** Epoch milliseconds. */
  started_at: number
  paused_at: number | null
  /** Milliseconds of all finished pauses. */
  paused_ms: number
  /** The mutation that started it, on which all others depend; null if the phone died in between. */
  start_mutation: string | null
}

/** Seconds on duty so far, pauses left out; never negative, whatever the clock does. */
export function elapsedSeconds(work: PatrolWork, now: number): number {
  const until = work.paused_at ?? now
  return Math.max(0, Math.floor((until - work.started_at - work.paused_ms) / 1000))
}

/** The patrol with the pause begun at `now`. */
export function paused(work: PatrolWork, now: number): PatrolWork {
  return work.paused_at === null ? { ...work, paused_at: now } : work
}

/** The patrol going on at `now`, its pause counted. */
export function resumed(work: PatrolWork, now: number): PatrolWork {
  if (work.paused_at === null) return work
  return { ...work, paused_at: null, paused_ms: work.paused_ms + Math.max(0, now - work.paused_at) }
}

export interface RecordingRule {
  recording: boolean
  reason: string | null
}

/** Whether a patrol of this kind records its track, and why: only what the centre has switched on. */
export function recordingRule(
  settings: readonly Row<'task_kind'>[],
  kind: PatrolKind,
): RecordingRule {
  const rule =
    settings.find((setting) => setting.kind === `patrol_${kind}`) ??
    settings.find((setting) => setting.kind === 'patrol')
  const recording = Boolean(rule?.record_track && rule.record_reason)
  return { recording, reason: recording ? (rule?.record_reason ?? null) : null }
}

/** "1:05:09", hours only when there are any. */
export function clockWords(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}
