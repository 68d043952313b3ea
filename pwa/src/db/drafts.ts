/** Work that is not finished yet; every answer is written as it is given. */
import { unbroken } from './half-written'
import type { GridfieldDb } from './open'
import type { Draft, DraftKind } from './schema'

/** Writes the draft as it stands now; what it was begun to replace stays with it. */
export async function saveDraft<T>(db: GridfieldDb, draft: Omit<Draft<T>, 'updated_at'>): Promise<void> {
  await unbroken(() => db.transaction('rw', db.drafts, async () => {
    const replaces = draft.replaces ?? (await db.drafts.get(draft.id))?.replaces ?? null
    await db.drafts.put({ ...draft, replaces, updated_at: Date.now() })
  }))
}

/** The draft with this id. */
export async function getDraft<T>(db: GridfieldDb, id: string): Promise<Draft<T> | undefined> {
  return (await db.drafts.get(id)) as Draft<T> | undefined
}

/** The newest draft of a kind about one thing (the house of an inspection, the task of a result). */
export async function draftOf<T>(db: GridfieldDb, kind: DraftKind, ownerId: string): Promise<Draft<T> | undefined> {
  const found = await db.drafts.where('owner_id').equals(ownerId).filter((draft) => draft.kind === kind).sortBy('updated_at')
  return found[found.length - 1] as Draft<T> | undefined
}

/** All drafts of a kind, newest first. */
export async function listDrafts<T>(db: GridfieldDb, kind: DraftKind): Promise<Draft<T>[]> {
  const found = await db.drafts.where('kind').equals(kind).sortBy('updated_at')
  return found.reverse() as Draft<T>[]
}

/** Throws a draft and its photos away, as the worker has asked. */
export async function discardDraft(db: GridfieldDb, id: string): Promise<void> {
  await db.transaction('rw', db.drafts, db.photos, db.photo_bytes, async () => {
    const photoIds = await db.photos.where('draft_id').equals(id).primaryKeys()
    await db.photos.bulkDelete(photoIds)
    await db.photo_bytes.bulkDelete(photoIds)
    await db.drafts.delete(id)
  })
}
