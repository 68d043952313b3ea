/** The task's state machine, the same table as the server's (backend/tasks/rules.py). */
import type { TaskState } from './records'

export type TaskCommand = 'accept' | 'finish' | 'return' | 'cancel' | 'reassign'

const TARGETS: Record<TaskCommand, TaskState> = {
  accept: 'accepted',
  finish: 'done',
  return: 'returned',
  cancel: 'cancelled',
  reassign: 'assigned',
}

const ALLOWED_FROM: Record<TaskCommand, readonly TaskState[]> = {
  accept: ['offered', 'assigned'],
  finish: ['offered', 'assigned', 'accepted'],
  return: ['assigned', 'accepted'],
  cancel: ['offered', 'assigned', 'accepted'],
  reassign: ['offered', 'accepted', 'returned'],
}

/** The state after the command; the same state when already there; null when it is illegal. */
export function transition(state: TaskState, command: TaskCommand): TaskState | null {
  const target = TARGETS[command]
  if (state === target) return state
  return ALLOWED_FROM[command].includes(state) ? target : null
}

/** Whether the task still asks something of its worker, or of whoever takes it. */
export function isOpen(state: TaskState): boolean {
  return state === 'offered' || state === 'assigned' || state === 'accepted'
}
