/** Invariants 15 and 16: the same deeds end in the same state, whatever page, batch, scope order, window or clock. */
import { beforeAll, describe, expect, it } from 'vitest'

import { SyncEngine } from '../../src/sync/engine'
import { saveMutation } from '../../src/sync/save'
import { Dice } from '../faults/dice'
import { SharedLocks } from '../faults/window'
import { hazard, newPhone, sync, type Phone } from './phone'
import { ProtocolServer } from './protocol-server'

const YEARS = 10 * 365 * 86_400_000

interface Way {
  pageSize?: number
  mostMutations?: number
  /** The scopes from the last to the first. */
  backwards?: boolean
  windows?: number
  clockMs?: number
}

const ways: [string, Way][] = [
  ['pages of one row', { pageSize: 1 }],
  ['pages of seven rows', { pageSize: 7 }],
  ['one mutation at a time', { mostMutations: 1 }],
  ['scopes in another order', { backwards: true }],
  ['three windows', { windows: 3 }],
  ['a clock ten years ahead', { clockMs: YEARS }],
  ['a clock ten years behind', { clockMs: -YEARS }],
  ['all of it at once', { pageSize: 2, mostMutations: 3, backwards: true, windows: 2, clockMs: YEARS }],
]

const idOf = (letter: string, n: number): string => `${letter}0000000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** A day by the dice: reports, houses that come, move and go, grids that are given and taken. */
class Day {
  readonly #dice: Dice
  readonly #server = new ProtocolServer()
  #engines: Pick<Phone, 'engine'>[] = []
  #made = 0

  constructor(seed: number, private readonly way: Way) {
    this.#dice = new Dice(seed)
    this.#server.pageSize = way.pageSize ?? 200
    this.#server.mostMutations = way.mostMutations ?? Infinity
  }

  async end(): Promise<object> {
    const locks = new SharedLocks().of({ dead: false, died: new Promise(() => undefined) })
    const first = await newPhone(this.#server, { locks })
    const { db } = first
    first.clock.turn(this.way.clockMs ?? 0)
    const others = Array.from({ length: (this.way.windows ?? 1) - 1 }, () => ({
      engine: new SyncEngine({ db, http: this.#server, clock: first.clock, locks, random: () => 0.5 }),
    }))
    this.#engines = [first, ...others]
    this.#grant(['global', 'grid:g1', 'user:u1'])
    for (let i = 0; i < 30; i++) await this.#act(first)
    await this.#round()
    for (const { engine } of this.#engines) engine.stop()
    const state = await this.#state(first)
    await db.delete()
    return state
  }

  #grant(scopes: string[]): void {
    this.#server.granted = this.way.backwards === true ? scopes.reverse() : scopes
  }

  /** All windows at once, until nothing is left to do. */
  async #round(): Promise<void> {
    for (let i = 0; i < 2; i++) await Promise.all(this.#engines.map((window) => sync(window)))
  }

  async #act({ db, clock }: Phone): Promise<void> {
    const [deed, n, which] = [this.#dice.below(6), ++this.#made, this.#dice.below(this.#made)]
    const grid = this.#dice.pick(['grid:g1', 'grid:g2'])
    const captured_at = new Date(clock.now()).toISOString()
    if (deed < 2) await saveMutation(db, { name: 'hazard.report', args: hazard(idOf('c', n)), captured_at })
    else if (deed === 2) this.#server.put(grid, 'house', idOf('b', n), { n })
    else if (deed === 3) this.#move(idOf('b', which))
    else if (deed === 4) this.#grant(grid === 'grid:g1' ? ['global', 'grid:g1', 'user:u1'] : ['global', 'grid:g1', 'grid:g2', 'user:u1'])
    else await this.#round()
  }

  #move(id: string): void {
    const row = this.#server.live().find((one) => one.id === id)
    if (row) this.#server.move(row.scope, row.scope === 'grid:g1' ? 'grid:g2' : 'grid:g1', 'house', id)
  }

  /** What everything has come to; numbers that only count commits and ids of messages are left out. */
  async #state({ db }: Phone): Promise<object> {
    const plain = ({ scope, kind, id, row }: { scope: string; kind: string; id: string; row: object }): string =>
      JSON.stringify([scope, kind, id, { ...row, by: undefined }])
    const journal = await db.journal.orderBy('n').toArray()
    return {
      base: (await db.base.toArray()).map(plain).sort(),
      server: this.#server.live().map(plain).sort(),
      members: (await db.membership.toArray()).map(({ scope, kind, id, stale }) => `${scope} ${kind} ${id} ${stale}`).sort(),
      verdicts: journal.map(({ args, verdict }) => [(args as { case_id: string }).case_id, verdict]),
      applied: this.#server.applied.map((id) => journal.findIndex((row) => row.mutation_id === id)),
      queue: await db.outbox.count(),
    }
  }
}

describe('the same day', () => {
  const expected = new Map<number, object>()

  beforeAll(async () => {
    for (const seed of [1, 2]) expected.set(seed, await new Day(seed, {}).end())
  }, 30_000)

  it.each(ways)('ends in the same state with %s', async (_name, way) => {
    for (const [seed, state] of expected) {
      expect(state).toMatchObject({ queue: 0 })
      expect(await new Day(seed, way).end()).toEqual(state)
    }
  }, 30_000)
})
