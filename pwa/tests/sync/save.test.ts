import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { discardDraft, draftOf, listDrafts, saveDraft } from '../../src/db/drafts'
import { getMeta, setMeta } from '../../src/db/meta'
import { GridfieldDb } from '../../src/db/open'
import { draftPhotos, manifest, photoBlob, removeDraftPhoto } from '../../src/db/photos'
import { newId } from '../../src/domain/ids'
import { acknowledgeLoss, checkIntegrity } from '../../src/sync/integrity'
import { saveMutation } from '../../src/sync/save'
import { fakeCaches } from './fake-caches'
import { hazard, report, shoot } from './phone'

let db: GridfieldDb

beforeEach(() => {
  vi.stubGlobal('caches', fakeCaches())
  db = new GridfieldDb(`save-${newId()}`)
})
afterEach(() => {
  db.close()
  vi.unstubAllGlobals()
})

describe('saving', () => {
  it('takes the draft out, the mutation in, and the photos along, numbered without a gap', async () => {
    await saveDraft(db, { id: 'd1', kind: 'hazard', owner_id: '', cursor: null, data: {} })
    const [kept, dropped] = [await shoot(db, 50), await shoot(db, 60)]
    const first = await saveMutation(db, { name: 'hazard.report', args: hazard(newId(), [kept]), draftId: 'd1' })
    const second = await report(db)
    expect(await db.outbox.toArray()).toMatchObject([
      { mid: 1, mutation_id: first, state: 'waiting', v: 1 }, { mid: 2, mutation_id: second.mutation },
    ])
    expect(await db.journal.orderBy('n').primaryKeys()).toEqual([first, second.mutation])
    expect(await db.drafts.count()).toBe(0)
    expect(await db.photos.toArray()).toMatchObject([{ photo_id: kept.photo_id, mutation_id: first, draft_id: null }])
    expect(await photoBlob(db, dropped.photo_id)).toBeNull()
  })

  it('is all or nothing', async () => {
    await saveDraft(db, { id: 'd1', kind: 'hazard', owner_id: '', cursor: null, data: {} })
    const failing = saveMutation(db, {
      name: 'hazard.report', args: hazard(), draftId: 'd1', alongside: () => Promise.reject(new Error('disk full')),
    })
    await expect(failing).rejects.toThrow('disk full')
    expect([await db.outbox.count(), await db.journal.count(), await db.drafts.count()]).toEqual([0, 0, 1])
    expect(await getMeta(db, 'next_mid')).toBeNull()
    expect(await checkIntegrity(db)).toBeNull()
  })

  it('goes on after the browser has closed the database behind its back', async () => {
    await report(db)
    const warned = vi.spyOn(console, 'warn').mockReturnValue()
    db.backendDB().close()
    await report(db)
    expect(await db.outbox.count()).toBe(2)
    warned.mockRestore()
  })

  it('asks for strict durability', () => {
    expect((db as unknown as { _options: { chromeTransactionDurability: string } })._options.chromeTransactionDurability).toBe('strict')
  })

  it('of many at once from two windows gives every one its own number', async () => {
    const other = new GridfieldDb(db.userId)
    await Promise.all(Array.from({ length: 20 }, (_, i) => report(i % 2 === 0 ? db : other)))
    const mids = (await db.outbox.toArray()).map(({ mid }) => mid)
    expect(mids).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    other.close()
  })
})

describe('a loss that IndexedDB does not report', () => {
  it('is found at the start, named, and told until it was read', async () => {
    await report(db)
    const photo = await shoot(db, 10)
    const lost = await report(db, [photo])
    // As a truncated log leaves it: the end of the history is gone, numbers included.
    await db.outbox.delete(2)
    await db.journal.delete(lost.mutation)
    await setMeta(db, 'saved_mutations', 1)
    await setMeta(db, 'saved_photos', 0)
    const loss = await checkIntegrity(db)
    expect(loss).toMatchObject({ missing_mutations: 1, missing_photos: 1, missing: [{ mutation_id: lost.mutation, name: 'hazard.report', about: null }] })
    await report(db)
    expect(await checkIntegrity(db)).toEqual(loss)
    await acknowledgeLoss(db)
    expect(await checkIntegrity(db)).toBeNull()
  })

  it('is found when the database comes back empty', async () => {
    await report(db)
    await report(db)
    await db.delete()
    await db.open()
    expect(await checkIntegrity(db)).toMatchObject({ missing_mutations: 2 })
  })

  it('is not invented after a crash between the two counts', async () => {
    vi.stubGlobal('caches', { open: () => Promise.reject(new Error('crash')) })
    await report(db)
    vi.stubGlobal('caches', fakeCaches())
    expect(await checkIntegrity(db)).toBeNull()
  })

  it('is not invented while another window saves', async () => {
    await report(db)
    const open = caches.open.bind(caches)
    vi.spyOn(caches, 'open').mockImplementationOnce(async (name) => {
      await report(db)
      return open(name)
    })
    expect(await checkIntegrity(db)).toBeNull()
  })

  it('is found even of the one that was saved right before a crash', async () => {
    const cache = fakeCaches()
    vi.stubGlobal('caches', { open: () => Promise.reject(new Error('crash')) })
    await report(db)
    vi.stubGlobal('caches', cache)
    await checkIntegrity(db)
    await db.delete()
    await db.open()
    expect(await checkIntegrity(db)).toMatchObject({ missing_mutations: 1 })
  })

  it.each([1, 2, 3])('is told at the next start when the app was killed at write %i of the check', async (killedAt) => {
    await report(db)
    await db.outbox.clear()
    await db.journal.clear()
    await db.meta.clear()
    let left = killedAt
    db.use({
      stack: 'dbcore', name: 'killer',
      create: (core) => ({
        ...core,
        transaction: (...args) => {
          const transaction = core.transaction(...args)
          if (args[1] === 'readwrite' && --left <= 0) transaction.abort()
          return transaction
        },
      }),
    })
    db.close()
    await db.open()
    await checkIntegrity(db).catch(() => null)
    db.unuse({ stack: 'dbcore', name: 'killer' })
    db.close()
    await db.open()
    expect(await checkIntegrity(db)).toMatchObject({ missing_mutations: 1 })
  })
})

describe('drafts', () => {
  it('are found again by what they are about, the newest first', async () => {
    await saveDraft(db, { id: 'a', kind: 'inspection', owner_id: 'h1', cursor: 'D01', data: { answers: [1] } })
    await saveDraft(db, { id: 'b', kind: 'hazard', owner_id: 'h1', cursor: null, data: {} })
    await saveDraft(db, { id: 'a', kind: 'inspection', owner_id: 'h1', cursor: 'D02', data: { answers: [1, 2] } })
    expect(await draftOf(db, 'inspection', 'h1')).toMatchObject({ id: 'a', cursor: 'D02', data: { answers: [1, 2] } })
    expect(await listDrafts(db, 'hazard')).toHaveLength(1)
    expect(await draftOf(db, 'patrol', 'h1')).toBeUndefined()
  })

  it('give their photos up only when they are thrown away', async () => {
    await saveDraft(db, { id: 'd1', kind: 'hazard', owner_id: '', cursor: null, data: {} })
    const [first, second] = [await shoot(db, 10), await shoot(db, 10)]
    expect(await manifest(db, 'd1')).toEqual([first, second])
    expect(await removeDraftPhoto(db, first.photo_id)).toBe(true)
    expect(await draftPhotos(db, 'd1')).toHaveLength(1)
    await saveMutation(db, { name: 'hazard.report', args: hazard(newId(), [second]) })
    expect(await removeDraftPhoto(db, second.photo_id)).toBe(false)
    await discardDraft(db, 'd1')
    expect(await db.photos.count()).toBe(1)
  })
})
