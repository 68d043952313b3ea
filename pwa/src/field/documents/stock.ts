/** The numbers that this phone may put on papers: leased in blocks, used upwards, never twice. */
import { getMeta, setMeta } from '../../db/meta'
import type { GridfieldDb } from '../../db/open'
import type { Authority, DocumentKind, Enforcer, NumberBlock } from '../../domain/document'
import { newId } from '../../domain/ids'
import type { Row } from '../../domain/records'
import type { Session } from '../../domain/session'
import { formatDate } from '../../domain/time'
import { saveMutation } from '../../sync/save'
import type { Engine } from '../session/late-engine'

/** With so few left, more are asked for. */
const FEW = 4

export interface Series {
  authority_id: string
  kind: DocumentKind
  year: number
}

const keyOf = ({ authority_id, kind, year }: Series): string => `${authority_id}:${kind}:${year}`

/** What this phone's numbers are leased to; whoever loses its stores loses them, too, and begins with others. */
export async function holder(db: GridfieldDb): Promise<string> {
  return db.transaction('rw', db.meta, async () => {
    const known = await getMeta(db, 'number_holder')
    if (known !== null) return known
    const fresh = newId()
    await setMeta(db, 'number_holder', fresh)
    return fresh
  })
}

async function rowsOf<T>(db: GridfieldDb, kind: 'authority' | 'enforcer' | 'number_block'): Promise<(T & { id: string })[]> {
  const rows = await db.base.where('[kind+id]').between([kind], [kind, []]).toArray()
  return rows.map(({ id, row }) => ({ ...(row as T), id }))
}

/** The numbers left, lowest first. */
export async function numbersLeft(db: GridfieldDb, series: Series): Promise<number[]> {
  const [mine, last] = [await getMeta(db, 'number_holder'), (await getMeta(db, 'numbers_used')) ?? {}]
  const blocks = (await rowsOf<NumberBlock>(db, 'number_block'))
    .filter((block) => block.device_id === mine && keyOf(block) === keyOf(series))
  const all = blocks.flatMap(({ first, last: end }) => Array.from({ length: end - first + 1 }, (_, at) => first + at))
  return all.filter((number) => number > (last[keyOf(series)] ?? 0)).sort((a, b) => a - b)
}

export class NoNumberLeft extends Error {}

/** Notes that a number stands on a paper, whatever becomes of that paper; of two windows that take it, the second is stopped. */
export async function use(db: GridfieldDb, series: Series, number: number): Promise<void> {
  const used = (await getMeta(db, 'numbers_used')) ?? {}
  if (number <= (used[keyOf(series)] ?? 0)) throw new NoNumberLeft()
  await setMeta(db, 'numbers_used', { ...used, [keyOf(series)]: number })
}

export interface Choice {
  authority: Row<'authority'>
  kind: DocumentKind
}

/** For whom this person may write papers, and of which kind. */
export async function mayWrite(db: GridfieldDb, session: Session): Promise<Choice[]> {
  if (!session.permissions.includes('document:advise')) return []
  const [authorities, enforcers] = [await rowsOf<Authority>(db, 'authority'), await rowsOf<Enforcer>(db, 'enforcer')]
  const mine = new Set(enforcers.filter(({ user_id }) => user_id === session.user.id).map(({ authority_id }) => authority_id))
  const orders = session.permissions.includes('document:order')
  return authorities
    .filter(({ id, may_order }) => !may_order || (orders && mine.has(id)))
    .map((authority) => ({ authority, kind: authority.may_order ? 'order' : 'advice' }))
}

/** After each round of sync, sees to it that numbers enough are left. */
export function keepStocked(db: GridfieldDb, engine: Pick<Engine, 'subscribe'>): void {
  let seen: number | null = null
  engine.subscribe(({ last_success: now }) => {
    if (now === null || now === seen) return
    seen = now
    void getMeta(db, 'session').then((session) => session && restock(db, session)).catch(reportError)
  })
}

/** Asks for more numbers where few are left; in December for next year's, too. */
async function restock(db: GridfieldDb, session: Session): Promise<void> {
  const day = formatDate(Date.now())
  const years = [Number(day.slice(0, 4)), ...(day.slice(5, 7) === '12' ? [Number(day.slice(0, 4)) + 1] : [])]
  // One that was refused is not asked for again and again.
  const asked = [...await db.outbox.toArray(), ...await db.dead.toArray()].filter(({ name }) => name === 'document.lease').map(({ args }) => keyOf(args as Series))
  for (const { authority, kind } of await mayWrite(db, session)) {
    for (const year of years) {
      const series = { authority_id: authority.id, kind, year }
      if (asked.includes(keyOf(series)) || (await numbersLeft(db, series)).length >= FEW) continue
      const device_id = await holder(db)
      await saveMutation(db, { name: 'document.lease', args: { ...series, block_id: newId(), device_id } })
    }
  }
}
