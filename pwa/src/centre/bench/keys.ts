import { isWriting } from '../parts/writing'

/** The keys of the workbench; the letters of actions are in cases/letters. */

/** After g: the views by letter. */
export const viewKeys: Readonly<Record<string, string>> = {
  m: 'mine',
  u: 'unassigned',
  p: 'asked',
  k: 'check',
  o: 'overdue',
  c: 'critical',
  a: 'open',
}

export type Command =
  | { do: 'move'; by: number; tick: boolean }
  | { do: 'open' | 'next' | 'tick' | 'tick-all' | 'clear' | 'bulk' | 'search' | 'filter' | 'case' | 'refresh' | 'help' | 'await-view' }
  | { do: 'view'; view: string }
  | { do: 'letter'; letter: string }

/** A screenful, and to either end. */
const LEAPS: Readonly<Record<string, number>> = { PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity }

const PLAIN: Readonly<Record<string, Command>> = {
  j: { do: 'move', by: 1, tick: false },
  k: { do: 'move', by: -1, tick: false },
  Enter: { do: 'open' },
  n: { do: 'next' },
  x: { do: 'tick' },
  r: { do: 'refresh' },
  g: { do: 'await-view' },
  '/': { do: 'search' },
  ',': { do: 'filter' },
  ';': { do: 'case' },
  '?': { do: 'help' },
  '*': { do: 'tick-all' },
  '.': { do: 'bulk' },
  Escape: { do: 'clear' },
}

/** What a key asks for; `afterG` when the key before was g. Null: nothing of ours. */
export function commandOf(event: KeyboardEvent, afterG: boolean): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event)) return null
  const { key } = event
  if (afterG) return viewKeys[key] ? { do: 'view', view: viewKeys[key] } : null
  if (key === 'ArrowDown' || key === 'ArrowUp') return { do: 'move', by: key === 'ArrowDown' ? 1 : -1, tick: event.shiftKey }
  const leap = LEAPS[key]
  if (leap) return { do: 'move', by: leap, tick: event.shiftKey }
  // Enter and arrows on a button or link are its own.
  if (key === 'Enter' && event.target instanceof Element && event.target.closest('button, a, summary, label')) return null
  return PLAIN[key] ?? (/^[a-zA-Z]$/.test(key) ? { do: 'letter', letter: key } : null)
}
