/** The blanks in a paper's words: `{party}` as it is kept, 【当事人】 as a person reads and writes it. */

const OF_PAPER = ['party', 'party_id', 'party_phone', 'party_address', 'place', 'checked_on', 'deadline', 'law', 'contact', 'remedy'] as const
const OF_FINDING = ['n', 'text', 'basis', 'correction'] as const

/** The blanks that a line may have: one that is written for each finding has that finding's, too. */
export function blanksFor(kind: string): readonly string[] {
  return kind === 'each' ? [...OF_FINDING, ...OF_PAPER] : OF_PAPER
}

export type Named = (blank: string) => string

/** A line as a person reads it. */
export function toRead(text: string, named: Named): string {
  return text.replace(/\{(\w+)\}/g, (_, blank: string) => `【${named(blank)}】`)
}

const WORD = /^[\p{L}\p{N}_]+$/u

/** A line as it is kept; a blank that nobody knows stays one, for the centre to refuse. */
export function toKeep(text: string, named: Named): string {
  return text.replace(/【([^】]*)】/g, (whole, within: string) => {
    const name = within.trim()
    const known = blanksFor('each').find((blank) => named(blank) === name)
    return known !== undefined || WORD.test(name) ? `{${known ?? name}}` : whole
  })
}
