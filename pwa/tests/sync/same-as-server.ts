import { expect } from 'vitest'

import type { Phone } from './phone'
import type { ProtocolServer } from './protocol-server'

/** Invariants 6 and 7: the base is what the server grants, and so is the membership. */
export async function expectSameAsServer({ db }: Pick<Phone, 'db'>, server: ProtocolServer): Promise<void> {
  const key = ({ scope, kind, id }: { scope: string; kind: string; id: string }): string => `${scope} ${kind} ${id}`
  const base = (await db.base.toArray()).map(({ scope, kind, id, version, row }) => ({ scope, kind, id, version, row }))
  const sorted = <T extends { scope: string; kind: string; id: string }>(rows: T[]): T[] =>
    [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  expect(sorted(base)).toEqual(sorted(server.live()))
  const members = await db.membership.toArray()
  expect(members.map(key).sort()).toEqual(server.live().map(key).sort())
  expect(members.every(({ stale }) => stale === 0)).toBe(true)
}
