import type { Answer } from '../../api/desk-records'

/** What a refused record says, as far as it can be told in words: nobody has checked it. */
export interface Said {
  name: string
  value: string
}

/** Arguments with a name for people, and the group of words that their values come from. */
const TOLD: Record<string, string> = {
  outcome: 'outcome', kind: 'patrol_kind', severity: 'severity', seen_state: 'task', item_code: '', address: '', text: '', note: '', reason: '', distance_m: '',
}

type Word = (group: string, value: string) => string

/** What kind of record it is; one that this desk does not know goes by its own name. */
export function kindOf(name: string, word: Word): string {
  const key = name.replace('.', '_')
  const known = word('mutation', key)
  return known === key ? name : known
}

/** Names and values of the arguments that people know. */
export function said(args: Record<string, unknown>, word: Word): Said[] {
  return Object.entries(TOLD).flatMap(([name, group]) => {
    const value = args[name]
    if (typeof value !== 'string' && typeof value !== 'number') return []
    return [{ name, value: group === '' ? String(value) : word(group, String(value)) }]
  })
}

const EMPTY = { verdict: null, number: null, text: null, note: null, severity: null }

/** The answers that can be put beside a checklist's items; what is no answer is left out. */
export function answersIn(args: Record<string, unknown>): Answer[] {
  const told: unknown[] = Array.isArray(args.answers) ? args.answers : []
  return told.flatMap((one) => {
    const answer = one as Partial<Answer> | null
    return typeof answer?.code === 'string' ? [{ ...EMPTY, ...answer, code: answer.code }] : []
  })
}
