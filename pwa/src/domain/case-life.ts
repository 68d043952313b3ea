/** What a phone's people may do with a case: the centre's own table (backend/cases/data/life.csv), without the desk's lines. */
import rows from './case-life.json'
import { EMERGENCY } from './mutations'
import type { Called, Case } from './records'

/** What somebody with a phone can be to a case, in the words of the table. */
export type Relation = 'worker' | 'reporter' | 'recheck'

interface Me {
  id: string
  grids: readonly { id: string }[]
}

type Facts = Partial<Record<string, string | number>>

const ENDED = new Set<Called['state']>(['done', 'withdrawn'])

/** What the person is to the case; a finding of an inspection is struck off by whoever looks again. */
function relationsOf(row: Case, me: Me): ReadonlySet<Relation> {
  const found = new Set<Relation>()
  if (me.grids.some(({ id }) => id === row.grid_id)) found.add('worker')
  if (row.reporter_id === me.id) found.add('reporter')
  if (row.inspection_id !== null) found.add('recheck')
  return found
}

/** Whether the table lets the person do it now, as far as the phone can know: the centre decides. */
export function allows(action: string, row: Case, me: Me): boolean {
  const relations = relationsOf(row, me)
  const facts = factsOf(row)
  return rows.some((line) =>
    line.action === action
    && line.states.includes(row.state)
    && line.who.some((who) => relations.has(who as Relation))
    && (line.grades.length === 0 || line.grades.includes(row.severity))
    && line.if.every((condition) => isSo(condition, facts)))
}

/** Whether it stands before all others. */
export function presses({ item_code, closed_at }: Pick<Case, 'item_code' | 'closed_at'>): boolean {
  return item_code === EMERGENCY && closed_at === null
}

/** The facts that reach a phone; of the others only the centre knows. */
function factsOf(row: Case): Facts {
  return {
    restricted: row.restricted ? 'True' : 'False',
    urgent: row.item_code === EMERGENCY ? 'True' : 'False',
    inspection_id: row.inspection_id ?? 'none',
    open_parts: (row.called ?? []).filter(({ state }) => !ENDED.has(state)).length,
  }
}

function isSo(condition: string, facts: Facts): boolean {
  const [, name = '', sign = '', value = ''] = /^(\w+)([<>=])(\w+)$/.exec(condition) ?? []
  const fact = facts[name]
  if (fact === undefined) return true
  if (sign === '=') return String(fact) === value
  return sign === '<' ? Number(fact) < Number(value) : Number(fact) > Number(value)
}
