/** All houses of the base, held in memory while a window lives: thousands are read once, and then only what has changed. */
import Dexie, { cmp, RangeSet, type IndexableType, type ObservabilitySet } from 'dexie'
import type { GridfieldDb } from '../db/open'
import type { Row } from '../domain/records'

/** Read at once: a slow phone must draw in between. */
const CHUNK = 250
const FIRST: IndexableType = ['house']
const LAST: IndexableType = ['house', []]

/** A row as the base has it; the same object for as long as it does not change. */
type ShelfRow = Row<'house'> & { unsent: boolean }

const least = (a: IndexableType, b: IndexableType): IndexableType => (cmp(a, b) < 0 ? a : b)
const most = (a: IndexableType, b: IndexableType): IndexableType => (cmp(a, b) > 0 ? a : b)

export class Shelf {
  private readonly db: GridfieldDb
  private readonly rows = new Map<string, ShelfRow>()
  private listed: ShelfRow[] | null = null
  /** Keys of the base that may have changed since they were read. */
  private changed = new RangeSet()
  private filled: Promise<void> | null = null

  constructor(db: GridfieldDb) {
    this.db = db
    Dexie.on('storagemutated', this.hear)
  }

  /** Reads everything, the first time; not within a transaction, which would hold others up. */
  fill(): Promise<void> {
    this.filled ??= this.read(FIRST, LAST).catch((error: unknown) => {
      this.filled = null
      throw error
    })
    return this.filled
  }

  /** All houses as a transaction over the base sees them; a live query asks again when any changes. Never sort it in place. */
  async list(): Promise<ShelfRow[]> {
    // No query can watch what is in memory: this one row stands for the whole range.
    await this.range(FIRST, LAST).first()
    const changed = this.changed
    for (const { from, to } of changed) {
      const [low, high] = [most(from, FIRST), least(to, LAST)]
      if (cmp(low, high) <= 0) await this.read(low, high)
    }
    if (this.changed === changed) this.changed = new RangeSet()
    this.listed ??= Object.freeze([...this.rows.values()]) as ShelfRow[]
    return this.listed
  }

  /** Forgets the rows, and hears of no change any more. */
  close(): void {
    Dexie.on.storagemutated.unsubscribe(this.hear)
    this.rows.clear()
    this.listed = null
  }

  /** Dexie tells every window which keys each commit has changed; "all" after the phone had put the page to sleep. */
  private readonly hear = (parts: ObservabilitySet): void => {
    const changed = parts[`idb://${this.db.name}/base/`] ?? parts.all
    // A new set each time: who has just read the old one must see that it was not the last.
    if (changed) this.changed = new RangeSet().add(this.changed).add(changed)
  }

  private range(from: IndexableType, to: IndexableType, withFrom = true) {
    return this.db.base.where('[kind+id]').between(from, to, withFrom, true)
  }

  private async read(from: IndexableType, to: IndexableType): Promise<void> {
    const found = new Set<string>()
    for (let [after, more] = [from, true]; more;) {
      const rows = await this.range(after, to, found.size === 0).limit(CHUNK).toArray()
      for (const { id, row } of rows) {
        this.rows.set(id, { ...(row as Row<'house'>), id, unsent: false })
        found.add(id)
      }
      after = ['house', rows[rows.length - 1]?.id ?? '']
      more = rows.length === CHUNK
    }
    for (const id of this.within(from, to)) if (!found.has(id)) this.rows.delete(id)
    this.listed = null
  }

  private within(from: IndexableType, to: IndexableType): string[] {
    if (cmp(from, to) === 0) return [String((from as string[])[1])]
    return [...this.rows.keys()].filter((id) => cmp(['house', id], from) >= 0 && cmp(['house', id], to) <= 0)
  }
}

const shelves = new Map<GridfieldDb, Shelf>()

/** The shelf of this database in this window. */
export function shelfOf(db: GridfieldDb): Shelf {
  const shelf = shelves.get(db) ?? new Shelf(db)
  shelves.set(db, shelf)
  return shelf
}

/** Takes it down, when the worker has signed out. */
export function closeShelf(db: GridfieldDb): void {
  shelves.get(db)?.close()
  shelves.delete(db)
}
