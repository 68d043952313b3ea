import { useI18n } from '../../i18n'
import type { Severity, HouseState, InspectionResult, TaskState } from '../../domain/records'
import type { CasePart } from '../../api/desk-acts'
import type { DocumentState } from '../../api/desk-documents'
import type { RefusalRow } from '../../api/desk-records'
import { caseLooks } from '../../ui/case-looks'
import type { IconName } from '../../ui/icons'

export interface Look {
  tone: 'good' | 'warn' | 'bad' | 'info' | 'neutral'
  icon: IconName
}

type PatrolState = 'recording' | 'paused' | 'finished'

/** How each state looks; the words are in centre-words.json under the same names. */
export const looks = {
  result: {
    pass: { tone: 'good', icon: 'check' },
    rectify: { tone: 'warn', icon: 'alert' },
    fail: { tone: 'bad', icon: 'cross' },
    none: { tone: 'neutral', icon: 'minus' },
  } satisfies Record<InspectionResult, Look>,
  house: {
    unchecked: { tone: 'neutral', icon: 'minus' },
    passed: { tone: 'good', icon: 'check' },
    rectify: { tone: 'warn', icon: 'alert' },
    failed: { tone: 'bad', icon: 'cross' },
    cleared: { tone: 'info', icon: 'undo' },
  } satisfies Record<HouseState, Look>,
  case: caseLooks,
  task: {
    offered: { tone: 'warn', icon: 'people' },
    assigned: { tone: 'warn', icon: 'upload' },
    accepted: { tone: 'info', icon: 'play' },
    done: { tone: 'good', icon: 'check' },
    returned: { tone: 'bad', icon: 'undo' },
    cancelled: { tone: 'neutral', icon: 'cross' },
  } satisfies Record<TaskState, Look>,
  document: {
    issued: { tone: 'warn', icon: 'upload' },
    served: { tone: 'good', icon: 'check' },
    void: { tone: 'neutral', icon: 'cross' },
    withdrawn: { tone: 'neutral', icon: 'undo' },
  } satisfies Record<DocumentState, Look>,
  patrol: {
    recording: { tone: 'info', icon: 'record' },
    paused: { tone: 'warn', icon: 'pause' },
    finished: { tone: 'good', icon: 'check' },
  } satisfies Record<PatrolState, Look>,
  refused: {
    rejected: { tone: 'bad', icon: 'cross' },
    held: { tone: 'warn', icon: 'pause' },
    accepted: { tone: 'good', icon: 'check' },
    discarded: { tone: 'neutral', icon: 'minus' },
    sent_again: { tone: 'info', icon: 'undo' },
  } satisfies Record<'rejected' | 'held' | NonNullable<RefusalRow['resolution']>, Look>,
  part_state: {
    called: { tone: 'warn', icon: 'upload' },
    signed: { tone: 'info', icon: 'play' },
    arrived: { tone: 'info', icon: 'pin' },
    returned: { tone: 'bad', icon: 'undo' },
    done: { tone: 'good', icon: 'check' },
    withdrawn: { tone: 'neutral', icon: 'cross' },
  } satisfies Record<CasePart['state'], Look>,
  severity: {
    general: { tone: 'neutral', icon: 'info' },
    serious: { tone: 'warn', icon: 'alert' },
    critical: { tone: 'bad', icon: 'alert' },
  } satisfies Record<Severity, Look>,
}

export type LookGroup = keyof typeof looks

/** The look of a state; one that a newer server invented is shown plainly rather than not at all. */
export function lookOf(group: LookGroup, value: string): Look {
  const known: Partial<Record<string, Look>> = looks[group]
  return known[value] ?? { tone: 'neutral', icon: 'info' }
}

/** Translates coded values; an unknown code is shown as it came. */
export function useWords() {
  const { t, locale, ...i18n } = useI18n()
  const word = (group: string, value: string): string => {
    const key = `centre.words.${group}.${value}`
    return i18n.te(key) ? t(key) : value
  }
  /** Texts that come in two languages with the record: English where it is wanted and there is one. */
  const inLocale = (chinese: string, english: string | null): string =>
    locale.value === 'en' && english !== null && english !== '' ? english : chinese
  return { word, t, locale, inLocale }
}
