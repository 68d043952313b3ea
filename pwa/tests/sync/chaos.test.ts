/** Invariants of docs/sync-protocol.md, section 9, under random faults; each seed is one story. */
import { describe, expect, it } from 'vitest'

import { OfflineError, TimeoutError, type HttpAnswer } from '../../src/api/http'
import { newId } from '../../src/domain/ids'
import { saveMutation } from '../../src/sync/save'
import { getRecord } from '../../src/sync/view'
import { Watch } from '../faults/watch'
import { newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer, type Fault } from './protocol-server'

/** mulberry32: the same story for the same seed. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const faults: Fault[] = [
  (_request, answer) => answer(),
  () => Promise.reject(new OfflineError('lost request')),
  async (_request, answer) => { await answer(); throw new OfflineError('lost answer') },
  async (_request, answer) => { await answer(); throw new TimeoutError('late answer') },
  async (_request, answer) => { await answer(); return answer() },
]

/** A cache on the way answers what it has answered before, to whatever question. */
function oldAnswers(roll: () => number): Fault {
  const kept = new Map<string, HttpAnswer>()
  return async ({ path }, answer) => {
    const old = kept.get(path)
    if (old && roll() < 0.5) return old
    const fresh = await answer()
    if (fresh.status === 200) kept.set(path, fresh)
    return fresh
  }
}

class Story {
  readonly server = new ProtocolServer()
  readonly watch = new Watch()
  readonly #faults: Fault[]
  readonly own: { mutation: string; id: string }[] = []
  readonly houses: string[] = []
  phone!: Phone
  backup = this.server.backup()

  constructor(private readonly roll: () => number) {
    const old = oldAnswers(roll)
    this.#faults = [...faults, old, old]
  }

  async begin(): Promise<void> {
    this.phone = await newPhone(this.server)
    const { db } = this.phone
    db.close()
    db.use(this.watch.middleware())
    await db.open()
    this.phone.engine.start()
  }

  pick<T>(from: readonly T[]): T { return from[Math.floor(this.roll() * from.length)] as T }

  async act(): Promise<void> {
    const { server, phone } = this
    const acts: (() => Promise<unknown> | undefined)[] = [
      async () => { this.own.push(await report(phone.db)) },
      async () => { this.own.push(await report(phone.db, [await shoot(phone.db, 100 + Math.floor(this.roll() * 400))])) },
      () => saveMutation(phone.db, { name: 'patrol.start', args: { patrol_id: newId(), kind: 'day', task_id: null, recording: false, position: null } }),
      () => { const id = newId(); this.houses.push(id); server.put(this.pick(['grid:g1', 'grid:g2']), 'house', id, { n: 1 }); return undefined },
      () => { this.move(); return undefined },
      () => { server.granted = this.pick([['global', 'grid:g1', 'user:u1'], ['global', 'grid:g1', 'grid:g2', 'user:u1']]); return undefined },
      () => { server.purge(this.pick(['grid:g1', 'grid:g2'])); return undefined },
      () => { server.pageSize = this.pick([1, 3, 200]); server.mostMutations = this.pick([1, 4, 100]); return undefined },
      () => { this.backup = server.backup(); return undefined },
      () => { if (this.roll() < 0.3) server.restore(this.backup, `e${String(this.roll())}`); return undefined },
      () => { server.faults = Array.from({ length: 6 }, () => this.pick(this.#faults)); return sync(phone) },
      () => { server.faults = Array.from({ length: 3 }, () => this.pick(this.#faults)); return sync(phone) },
    ]
    await this.pick(acts)()
  }

  move(): void {
    const rows = this.server.live().filter(({ kind }) => kind === 'house')
    const row = rows.length > 0 ? this.pick(rows) : undefined
    if (row === undefined) return
    const to = row.scope === 'grid:g1' ? 'grid:g2' : 'grid:g1'
    if (this.roll() < 0.3) this.server.del(row.scope, 'house', row.id)
    else this.server.move(row.scope, to, 'house', row.id)
  }

  /** 4: every own write that was not rejected is seen. */
  async expectOwnSeen(): Promise<void> {
    for (const { mutation, id } of this.own) {
      if (await this.phone.db.dead.get(mutation)) continue
      expect(await getRecord(this.phone.db, 'case', id), `case ${id}`).toBeDefined()
    }
  }

  async quiet(): Promise<void> {
    this.server.faults = []
    for (let i = 0; i < 4; i++) await sync(this.phone)
  }
}

const seeds = Array.from({ length: 25 }, (_, i) => i + 1)

describe('whatever goes wrong on the way', () => {
  it.each(seeds)('phone and server agree in the end, and nothing is lost (story %i)', async (seed) => {
    const story = new Story(dice(seed))
    await story.begin()
    const { db, engine } = story.phone
    for (let i = 0; i < 40; i++) {
      await story.act()
      await story.expectOwnSeen()
    }
    await story.quiet()
    const { server } = story
    expect(engine.status).toMatchObject({ state: 'all_sent', error: null })
    expect(await db.outbox.count()).toBe(0)
    expect(new Set(server.applied).size).toBe(server.applied.length)
    for (const { mutation_id } of await db.journal.toArray()) expect(server.applied).toContain(mutation_id)
    const key = ({ scope, kind, id, version }: { scope: string; kind: string; id: string; version: number }): string => `${scope} ${kind} ${id} ${String(version)}`
    expect((await db.base.toArray()).map(key).sort()).toEqual(server.live().map(key).sort())
    const member = ({ scope, kind, id }: { scope: string; kind: string; id: string }): string => `${scope} ${kind} ${id}`
    expect((await db.membership.toArray()).map(member).sort()).toEqual(server.live().map(member).sort())
    for (const photo of await db.photos.toArray()) if (photo.mutation_id !== null) expect(photo.state).toBe('safe')
    await story.expectOwnSeen()
    expect(story.watch.broken).toEqual([])
    engine.stop()
    await db.delete()
  })
})
