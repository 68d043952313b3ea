import type { GridfieldDb } from '../../db/open'
import type { Position } from '../../domain/geo'
import type { PhotoManifest } from '../../domain/mutations'
import type { Row } from '../../domain/records'
import { saveMutation } from '../../sync/save'

/** A result under way, as its draft holds it. */
export interface TaskWork {
  text: string
  outcome?: Verdict | null
  answers?: Record<string, string>
  /** Where it was, when it was sent before and is being put right; else the phone's own position counts. */
  position?: Position | null
}

/** What a task to verify has found (核实): as reported, not so, or nobody can tell. */
export const VERDICTS = ['confirmed', 'refuted', 'unverified'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface TaskResult {
  text: string
  outcome?: Verdict | null
  position: Position | null
  photos: PhotoManifest[]
  /** Of a task with a form. */
  answers?: Record<string, string>
  draftId?: string
}

/** Hands in what came of a task; resolves once it is on this phone. */
export async function finishTask(db: GridfieldDb, task: Row<'task'>, result: TaskResult): Promise<void> {
  const { text, position, photos, answers, draftId, outcome = null } = result
  const filled = task.form && answers ? { answers } : {}
  const args = { task_id: task.id, seen_state: task.state, text: text.trim() || null, position, photos, outcome, ...filled }
  await saveMutation(db, { name: 'task.finish', args, draftId })
}
