/** What a screen shows: the base, and the outbox replayed over it (docs/sync-protocol.md, section 8). */
import Dexie from 'dexie'
import { getMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { OutboxRow } from '../db/schema'
import type { Mutation } from '../domain/mutations'
import type { RecordKind, RecordMap, Row } from '../domain/records'
import type * as Apply from './apply'
import { shelfOf, type Shelf } from './shelf'

/** A row as screens get it: `unsent` while a mutation that the server has not answered touches it. */
export type ViewRow<K extends RecordKind> = Row<K> & { unsent: boolean }

/** Fields that must be equal, or a test; equality on `house_id` and `owner_id` is indexed. */
export type RecordFilter<K extends RecordKind> = Partial<Row<K>> | ((row: Row<K>) => boolean)

const keyOf = (kind: RecordKind, id: string): string => `${kind}:${id}`

/** What each mutation does: most starts have nothing to replay, and the first screen must be light. */
type Replay = typeof Apply
let replay: Replay | null = null

/** By Dexie's own promise, in which a live query still knows what it reads. */
async function replayOf(db: GridfieldDb): Promise<Replay | null> {
  if (replay !== null) return replay
  if (await db.outbox.count() + await db.dead.count() === 0) return null
  return Dexie.Promise.resolve(import('./apply')).then((loaded) => (replay = loaded))
}

class Overlay implements Apply.RecordView {
  readonly changed = new Map<string, Row<RecordKind>>()
  readonly unsent = new Set<string>()
  sending = false

  constructor(private readonly base: ReadonlyMap<string, Row<RecordKind>>) {}

  get<K extends RecordKind>(kind: K, id: string): Row<K> | undefined {
    const key = keyOf(kind, id)
    return (this.changed.get(key) ?? this.base.get(key)) as Row<K> | undefined
  }

  put<K extends RecordKind>(kind: K, row: Row<K>): void {
    this.changed.set(keyOf(kind, row.id), row)
    if (this.sending) this.unsent.add(keyOf(kind, row.id))
  }
}

async function baseRows(db: GridfieldDb, touched: readonly (readonly [RecordKind, string])[]): Promise<Map<string, Row<RecordKind>>> {
  const keys = new Map(touched.map(([kind, id]) => [keyOf(kind, id), [kind, id] as [string, string]]))
  // Hazard items are known by their code to the worker, and by an id to the feed.
  const items = [...keys.values()].some(([kind]) => kind === 'hazard_item')
    ? await db.base.where('kind').equals('hazard_item').toArray()
    : []
  const found = await db.base.bulkGet([...keys.values()])
  const rows = new Map<string, Row<RecordKind>>()
  for (const row of found) if (row) rows.set(keyOf(row.kind, row.id), { ...row.row, id: row.id })
  for (const { row, id } of items) rows.set(keyOf('hazard_item', (row as RecordMap['hazard_item']).code), { ...row, id })
  return rows
}

type Replayed = Pick<OutboxRow, 'mutation_id' | 'name' | 'v' | 'captured_at' | 'args'> & { state: OutboxRow['state'] }

/** What the author must still see over the base: all that was not rejected, in the order it was done. */
async function replayed(db: GridfieldDb): Promise<Replayed[]> {
  const held = (await db.dead.toArray()).filter(({ verdict }) => verdict === 'held')
  const rows = (await db.outbox.orderBy('mid').toArray()).filter(({ state }) => state !== 'refused')
  const queued = new Set(rows.map((row) => row.mutation_id))
  const waiting = held.filter((row) => !queued.has(row.mutation_id))
  return [...waiting.map((row) => ({ ...row, state: 'waiting' as const })), ...rows]
}

const asMutation = ({ mutation_id, name, v, captured_at, args }: Replayed): Mutation =>
  ({ mutation_id, name, v, captured_at, args }) as Mutation

async function overlay(db: GridfieldDb, rows: readonly Replayed[], { applyMutation, touchedBy }: Replay): Promise<Overlay> {
  const user = (await getMeta(db, 'session'))?.user
  const view = new Overlay(await baseRows(db, rows.map(asMutation).flatMap(touchedBy)))
  for (const row of rows) {
    view.sending = row.state === 'waiting'
    applyMutation(view, asMutation(row), { id: user?.id ?? db.userId, name: user?.name ?? '' })
  }
  return view
}

/** What is read, in one transaction, of the base with the outbox over it. */
async function seen<T>(db: GridfieldDb, read: (view: Overlay) => Promise<T>): Promise<T> {
  const how = await replayOf(db)
  const it = await db.transaction('r', db.base, db.outbox, db.dead, db.meta, async () => {
    const rows = await replayed(db)
    if (rows.length === 0) return { read: await read(new Overlay(new Map())) }
    return how && { read: await read(await overlay(db, rows, how)) }
  })
  // Something was saved since it was asked what there is to replay.
  return it === null ? await seen(db, read) : it.read
}

function matches<K extends RecordKind>(row: Row<K>, filter: RecordFilter<K> | undefined): boolean {
  if (filter === undefined) return true
  if (typeof filter === 'function') return filter(row)
  return (Object.keys(filter) as (keyof Row<K>)[]).every((field) => row[field] === filter[field])
}

async function baseOf<K extends RecordKind>(db: GridfieldDb, kind: K, filter: RecordFilter<K> | undefined): Promise<Row<K>[]> {
  const index = (['house_id', 'owner_id'] as const).find((field) => typeof (filter as Record<string, unknown> | undefined)?.[field] === 'string')
  const rows = index
    ? db.base.where(`[kind+row.${index}]`).equals([kind, (filter as Record<string, string>)[index] ?? ''])
    // By the key itself: over an index a live query would note the key of every row.
    : db.base.where('[kind+id]').between([kind], [kind, []])
  return (await rows.toArray()).map(({ id, row }) => ({ ...row, id }) as unknown as Row<K>)
}

/** All houses: those of the shelf, but for those that own unsent work has changed or added. */
async function allHouses(shelf: Shelf, view: Overlay): Promise<ViewRow<'house'>[]> {
  const rows = await shelf.list()
  const changed = new Map([...view.changed].filter(([key]) => key.startsWith('house:')))
  if (changed.size === 0) return rows
  const others = rows.filter(({ id }) => !changed.has(keyOf('house', id)))
  const own = [...changed].map(([key, row]) => ({ ...(row as Row<'house'>), unsent: view.unsent.has(key) }))
  return [...others, ...own]
}

async function found<K extends RecordKind>(
  db: GridfieldDb, view: Overlay, kind: K, filter: RecordFilter<K> | undefined,
): Promise<ViewRow<K>[]> {
  const merged = new Map((await baseOf(db, kind, filter)).map((row) => [keyOf(kind, row.id), row]))
  for (const [key, row] of view.changed) if (key.startsWith(`${kind}:`)) merged.set(key, row as unknown as Row<K>)
  return [...merged]
    .filter(([, row]) => matches(row, filter))
    .map(([key, row]) => ({ ...row, unsent: view.unsent.has(key) }))
}

/** All records of a kind that match, own unsent work included; in no order. Made for `liveQuery(async () => …)`. */
export async function listRecords<K extends RecordKind>(
  db: GridfieldDb, kind: K, filter?: RecordFilter<K>,
): Promise<ViewRow<K>[]> {
  const shelf = kind === 'house' && filter === undefined ? shelfOf(db) : null
  await shelf?.fill()
  return seen(db, async (view) =>
    shelf ? await allHouses(shelf, view) as unknown as ViewRow<K>[] : await found(db, view, kind, filter))
}

/** One record as the worker should see it. */
export async function getRecord<K extends RecordKind>(
  db: GridfieldDb, kind: K, id: string,
): Promise<ViewRow<K> | undefined> {
  return seen(db, async (view) => {
    const [base, key] = [await db.base.get([kind, id]), keyOf(kind, id)]
    const row = (view.changed.get(key) ?? (base && { ...base.row, id })) as Row<K> | undefined
    return row && { ...row, unsent: view.unsent.has(key) }
  })
}
