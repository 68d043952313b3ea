import type { IconName } from '../ui/icons'

export interface Room {
  name: 'mine' | 'bench' | 'inbox' | 'map' | 'tasks' | 'campaigns' | 'cases' | 'late' | 'houses' | 'workers' | 'phones' | 'messages' | 'refusals' | 'items' | 'checklists' | 'sources' | 'feedback' | 'documents'
  icon: IconName
  permission: string
  /** Whose alone it is. */
  roles?: readonly string[]
  /** What one sees there at first. */
  query?: Record<string, string>
  /** Not of every hour: behind "more" where the bar is full. */
  aside?: true
  /** Further addresses that are looked at in it. */
  also?: readonly string[]
}

/** As many rooms as the bar has a place for, in English at a desk's width. */
const BAR = 8

/** The desk's rooms in the order of the day; each stands open to whoever may read what it shows. */
export const rooms: readonly Room[] = [
  { name: 'mine', icon: 'flag', permission: 'case:read', roles: ['officer', 'cleared_officer', 'supervisor', 'commander', 'grid_head', 'village'] },
  { name: 'bench', icon: 'tasks', permission: 'task:assign' },
  { name: 'inbox', icon: 'list', permission: 'activity:read' },
  { name: 'map', icon: 'map', permission: 'house:read' },
  { name: 'tasks', icon: 'tasks', permission: 'task:read' },
  { name: 'cases', icon: 'alert', permission: 'case:read' },
  { name: 'late', icon: 'clock', permission: 'case:read', also: ['brief', 'figures', 'samples'] },
  { name: 'houses', icon: 'house', permission: 'house:read', also: ['house-import'] },
  { name: 'documents', icon: 'note', permission: 'document:read', aside: true, also: ['document-numbers', 'document-setup'] },
  { name: 'campaigns', icon: 'flag', permission: 'task:assign', aside: true },
  { name: 'workers', icon: 'people', permission: 'worker:read', aside: true },
  { name: 'phones', icon: 'device', permission: 'worker:read', aside: true },
  { name: 'messages', icon: 'bell', permission: 'message:read' },
  { name: 'refusals', icon: 'undo', permission: 'refusal:settle', query: { state: 'open' } },
  { name: 'sources', icon: 'plus', permission: 'case:register', aside: true },
  { name: 'items', icon: 'text', permission: 'item:read', aside: true },
  { name: 'checklists', icon: 'list', permission: 'checklist:edit', aside: true },
  { name: 'feedback', icon: 'chat', permission: 'feedback:read', aside: true },
]

/** Whether an address is looked at in a room. */
export function isIn({ name, also = [] }: Room, address: unknown): boolean {
  return name === address || also.some((one) => one === address)
}

/** Which of the open rooms stand in the bar, and which behind "more". */
export function placed(open: readonly Room[]): { bar: Room[]; more: Room[] } {
  const full = open.length > BAR
  return { bar: open.filter(({ aside }) => !full || !aside), more: open.filter(({ aside }) => full && aside) }
}
