/** The storage of the fault run's phones: a power loss takes whole commits back, or nothing. */
import { expect, it } from 'vitest'

import { GridfieldDb } from '../../src/db/open'
import { newId } from '../../src/domain/ids'
import { Disk } from '../faults/disk'

const OLD = { key: 'next_mid', value: 1 } as const
const NEW = { key: 'next_mid', value: 2 } as const

async function begin(): Promise<{ db: GridfieldDb; disk: Disk }> {
  const user = newId()
  const [db, disk] = [new GridfieldDb(user), new Disk(`gridfield-${user}`)]
  db.use(disk.middleware(() => undefined))
  await db.meta.put(OLD)
  await db.drafts.put({ id: 'a', n: 1 } as never)
  return { db, disk }
}

/** Writes to two stores in one transaction, with something between. */
function writeBoth(db: GridfieldDb, between: () => void): Promise<void> {
  return db.transaction('rw', db.meta, db.drafts, async () => {
    await db.meta.put(NEW)
    between()
    await db.drafts.put({ id: 'a', n: 2 } as never)
  })
}

const state = async (db: GridfieldDb): Promise<unknown[]> => [(await db.meta.get('next_mid'))?.value, (await db.drafts.get('a') as unknown as { n: number }).n]

it('takes back what both stores held before', async () => {
  const { db, disk } = await begin()
  disk.remember(true)
  await writeBoth(db, () => undefined)
  await disk.takeBack(disk.depth)
  expect(await state(db)).toEqual([1, 1])
})

it('takes back nothing of a commit that was half written when it began to remember', async () => {
  const { db, disk } = await begin()
  await writeBoth(db, () => { disk.remember(true) })
  await disk.takeBack(disk.depth)
  expect(await state(db)).toEqual([2, 2])
})

it('takes back a commit that was under way when the power went', async () => {
  const { db, disk } = await begin()
  disk.remember(true)
  await db.meta.put({ key: 'next_mid', value: 7 })
  const writing = writeBoth(db, () => undefined)
  await disk.takeBack(1)
  await writing
  expect(await state(db)).toEqual([7, 1])
})
