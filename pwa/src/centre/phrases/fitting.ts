import type { Phrase } from '../../api/desk-phrases'

/** Keys 1 to 9 choose; more are not offered at a form. */
const OFFERED = 9

/** The words for this action in this state: those that are most particular about it first. */
export function fitting(phrases: readonly Phrase[], action: string, state: string): Phrase[] {
  const weight = (phrase: Phrase): number => Number(phrase.action !== null) + Number(phrase.state !== null)
  return phrases
    .filter((phrase) => (phrase.action ?? action) === action && (phrase.state ?? state) === state)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, OFFERED)
}

/** What is written, with the words after it. */
export function withWords(written: string, words: string): string {
  return [written.trim(), words].filter((part) => part !== '').join('\n')
}
