/**
 * The small language of checklists: when an item is shown, and how a number is computed.
 *
 * The same as backend/checklists/expressions.py, which tells what may be said; held together by
 * tests/vectors/checklist.json. What is not known makes a clause false and a number none.
 */
export const FACTS = ['occupants', 'rooms', 'beds', 'area', 'floors', 'extinguishers'] as const
export type Fact = (typeof FACTS)[number]

/** What an item's answer comes to, and its number. */
export interface Said {
  verdict: string
  number: number | null
}

const MOST = 100_000
const CLAUSE = /^([A-Z][0-9]{2}) (=|!=|<|<=|>|>=) (pass|fail|na|[0-9]{1,6}(?:\.[0-9]{1,3})?)$/
const COMPARE: Record<string, (one: number | string, other: number | string) => boolean> = {
  '=': (one, other) => one === other,
  '!=': (one, other) => one !== other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
}
const COUNT: Record<string, (one: number, other: number) => number> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
  '*': (one, other) => one * other,
  '/': (one, other) => one / other,
  max: Math.max,
  min: Math.min,
}

const isNumber = (word: string): boolean => /^[0-9]/.test(word)

function isTrue(clause: string, said: (code: string) => Said | null): boolean {
  // A sign that this build does not know makes its clause false.
  const [, code = '', sign = '', value = ''] = CLAUSE.exec(clause) ?? []
  const told = said(code)
  const compare = COMPARE[sign]
  if (!told || !compare) return false
  if (!isNumber(value)) return told.verdict !== 'open' && compare(told.verdict, value)
  return told.number !== null && compare(told.number, Number(value))
}

/** Whether a condition holds; `said` tells of an item, or nothing where it is not shown. */
export function holds(condition: string, said: (code: string) => Said | null): boolean {
  return condition
    .split(' or ')
    .some((alternative) => alternative.split(' and ').every((clause) => isTrue(clause, said)))
}

/** A formula's number to two decimals; none where a term is unknown or no answer could be it. */
export function compute(formula: string, numberOf: (term: string) => number | null): number | null {
  const [first = '', sign, second = '0'] = formula.split(' ')
  const [one, other] = [first, second].map((term) => (isNumber(term) ? Number(term) : numberOf(term)))
  if (one == null || other == null) return null
  const number = sign === undefined ? one : (COUNT[sign]?.(one, other) ?? NaN)
  return number >= 0 && number <= MOST ? Math.floor(number * 100 + 0.5) / 100 : null
}
