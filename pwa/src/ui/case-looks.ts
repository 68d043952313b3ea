import type { CaseState } from '../domain/records'
import type { IconName } from './icons'

interface Look {
  tone: 'good' | 'warn' | 'bad' | 'info' | 'neutral'
  icon: IconName
}

/** How each state of a case looks, on the phone and at the desk. */
export const caseLooks: Record<CaseState, Look> = {
  reported: { tone: 'warn', icon: 'flag' },
  accepted: { tone: 'warn', icon: 'list' },
  verifying: { tone: 'info', icon: 'search' },
  filed: { tone: 'warn', icon: 'list' },
  dispatched: { tone: 'warn', icon: 'upload' },
  ruling: { tone: 'bad', icon: 'alert' },
  in_progress: { tone: 'info', icon: 'play' },
  extending: { tone: 'warn', icon: 'clock' },
  suspending: { tone: 'warn', icon: 'pause' },
  suspended: { tone: 'neutral', icon: 'pause' },
  awaiting_check: { tone: 'info', icon: 'eye' },
  checked: { tone: 'info', icon: 'check' },
  closed: { tone: 'good', icon: 'check' },
  archived: { tone: 'neutral', icon: 'storage' },
  declined: { tone: 'neutral', icon: 'minus' },
  voided: { tone: 'neutral', icon: 'cross' },
  merged: { tone: 'neutral', icon: 'sync' },
}
