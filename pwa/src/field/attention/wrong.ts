/** Where in a record the server found something wrong: from its JSON pointers to items and fields of a screen. */
import type { DeadRow, FieldProblem } from '../../db/schema'
import { manifestOf, type Mutation } from '../../domain/mutations'

export interface Wrong {
  /** The code of a checklist item, where it is about one. */
  item: string | null
  /** The name of a field, or null where the item alone says it. */
  field: string | null
  detail: string
}

type Refusal = Pick<DeadRow, 'args' | 'errors'>

/** "D01:这一项不合格,必须拍照": the server names the item where no pointer can. */
const NAMED = /^([A-Z]\d{2})\s*[:：]\s*(.+)$/

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~')

function placeOf(args: Mutation['args'], pointer: string): Pick<Wrong, 'item' | 'field'> {
  const steps = pointer.split('/').slice(1).map(unescaped)
  const [name = null, index, part = null] = steps[0] === 'args' ? steps.slice(1) : steps
  // Without an index it is about the list as a whole.
  const place = Number(index ?? Number.NaN)
  if (name === 'case_ids') return { item: index ?? null, field: null }
  if (name === 'photos') return { item: manifestOf({ args })[place]?.item_code ?? null, field: 'photos' }
  if (name !== 'answers' || !('answers' in args)) return { item: null, field: name }
  // Of a small form the pointer names the field itself.
  if (!Array.isArray(args.answers)) return { item: null, field: index ?? name }
  const item = args.answers[place]?.code ?? null
  return { item, field: item === null ? name : part }
}

function wrongOf(args: Mutation['args'], { pointer, detail }: FieldProblem): Wrong {
  const place = placeOf(args, pointer)
  const [, item, words] = NAMED.exec(detail) ?? []
  return item === undefined ? { ...place, detail } : { item, field: place.field, detail: words ?? detail }
}

/** Everything that is wrong with a refused record, in the server's order. */
export function wrongIn({ args, errors }: Refusal): Wrong[] {
  return errors.map((error) => wrongOf(args, error))
}

/** Under what a screen finds it: the item's code, or the field's name. */
export function spotOf({ item, field }: Wrong): string {
  return item ?? field ?? ''
}
