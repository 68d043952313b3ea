import type { IconName } from '../ui/icons'

export interface Room {
  name: 'bench' | 'inbox' | 'map' | 'tasks' | 'cases' | 'late' | 'houses' | 'workers' | 'phones' | 'messages' | 'refusals' | 'feedback'
  icon: IconName
  permission: string
  /** What one sees there at first. */
  query?: Record<string, string>
}

/** The desk's rooms in the order of the day; each stands open to whoever may read what it shows. */
export const rooms: readonly Room[] = [
  { name: 'bench', icon: 'tasks', permission: 'task:assign' },
  { name: 'inbox', icon: 'list', permission: 'activity:read' },
  { name: 'map', icon: 'map', permission: 'house:read' },
  { name: 'tasks', icon: 'tasks', permission: 'task:read' },
  { name: 'cases', icon: 'alert', permission: 'case:read' },
  { name: 'late', icon: 'clock', permission: 'case:read' },
  { name: 'houses', icon: 'house', permission: 'house:read' },
  { name: 'workers', icon: 'people', permission: 'worker:read' },
  { name: 'phones', icon: 'device', permission: 'worker:read' },
  { name: 'messages', icon: 'bell', permission: 'message:read' },
  { name: 'refusals', icon: 'undo', permission: 'refusal:settle', query: { state: 'open' } },
  { name: 'feedback', icon: 'chat', permission: 'feedback:read' },
]
