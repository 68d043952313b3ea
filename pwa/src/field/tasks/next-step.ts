import type { RouteLocationRaw } from 'vue-router'
import type { Row } from '../../domain/records'
import type { IconName } from '../../ui/icons'

export interface NextStep {
  key: 'inspect' | 'recheck' | 'strike_off' | 'patrol'
  icon: IconName
  to: RouteLocationRaw
}

/** The screen on which a task is done; null when there is nothing but to finish it. */
export function nextStep(task: Row<'task'>): NextStep | null {
  const query = { task: task.id }
  if (task.kind === 'patrol') return { key: 'patrol', icon: 'walk', to: { name: 'patrol', query } }
  if (task.kind === 'strike_off' && task.case_id) return { key: 'strike_off', icon: 'camera', to: { name: 'strike-off', params: { id: task.case_id }, query } }
  if (task.house_id === null || (task.kind !== 'inspect' && task.kind !== 'recheck')) return null
  return { key: task.kind, icon: 'house', to: { name: 'inspect', params: { id: task.house_id }, query } }
}
