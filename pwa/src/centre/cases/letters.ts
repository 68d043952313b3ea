import type { InjectionKey } from 'vue'

/** Given by a room that presses the letters: elsewhere none are shown. */
export const KEYED: InjectionKey<boolean> = Symbol('keyed')

/** Letters of actions: the same in every state, as far as they reach; capitals for what is seldom done. */
const LETTERS: Readonly<Record<string, string>> = {
  accept: 'a',
  decline: 'z',
  ask_verify: 'v',
  file: 'f',
  dispatch: 'd',
  sign: 's',
  return: 'b',
  take_back: 'b',
  rule: 'l',
  feedback: 'e',
  ask_extension: 't',
  ask_suspension: 'h',
  confirm: 'y',
  approve_extension: 'y',
  approve_suspension: 'y',
  pass: 'y',
  refute: 'o',
  refuse_extension: 'o',
  refuse_suspension: 'o',
  fail: 'o',
  review: 'v',
  resume: 's',
  close: 'c',
  rate: 't',
  reopen: 'o',
  archive: 'i',
  urge: 'U',
  supervise: 'S',
  raise: 'R',
  lower: 'L',
  note: 'm',
  merge: 'M',
  void: 'V',
  reclassify: 'q',
  unverified: 'p',
  restrict: 'X',
  unrestrict: 'X',
}

/** To give a task about the case; to visit it together with departments. */
export const TASK_LETTER = 'w'
export const VISIT_LETTER = 'W'


const SPARE = 'a b c d e f h i l m o p q s t v y z A B C D E F H I J L M N O P Q R S T U V Y Z'.split(' ')

/** A letter for each action that is offered, none twice; what the table does not name gets a free one. */
export function lettersFor(codes: readonly string[]): Map<string, string> {
  const letters = new Map<string, string>()
  const taken = new Set<string>()
  const give = (code: string, letter: string | undefined): void => {
    if (letter === undefined || taken.has(letter)) return
    letters.set(code, letter)
    taken.add(letter)
  }
  for (const code of codes) give(code, LETTERS[code])
  for (const code of codes.filter((each) => !letters.has(each))) give(code, SPARE.find((letter) => !taken.has(letter)))
  return letters
}
