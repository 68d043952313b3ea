/** What stands only on this phone, and which of it an exported file holds (docs/sync-protocol.md, section 8). */
import { getMeta, setMeta, type Unsent } from './meta'
import type { GridfieldDb } from './open'

/** How much there is of each kind. */
export type UnsentWork = Record<keyof Unsent, number>

/** All that the server has not taken, as of one moment; a draft that is written on is another one. */
export async function listUnsent(db: GridfieldDb): Promise<Unsent> {
  return db.transaction('r', db.outbox, db.dead, db.drafts, db.photos, async () => {
    const waiting = await db.outbox.where('state').equals('waiting').toArray()
    const drafts = await db.drafts.toArray()
    return {
      mutations: waiting.map(({ mutation_id }) => mutation_id),
      dead: await db.dead.toCollection().primaryKeys(),
      drafts: drafts.map(({ id, updated_at }) => `${id} ${String(updated_at)}`),
      photos: await db.photos.where('state').anyOf('local', 'sending').primaryKeys(),
    }
  })
}

/** How much the server has not taken. */
export async function unsentWork(db: GridfieldDb): Promise<UnsentWork> {
  return count(await listUnsent(db))
}

/** How much is neither with the server nor in the file that was last exported. */
export async function notExported(db: GridfieldDb): Promise<UnsentWork> {
  const holds = (await getMeta(db, 'exported'))?.holds
  return count(await listUnsent(db), holds)
}

/** The worker has this file in hand, and it holds so much. */
export async function noteExported(db: GridfieldDb, file: string, holds: Unsent): Promise<void> {
  await setMeta(db, 'exported', { file, holds })
}

/** Whether there is anything of any kind. */
export function isSome(work: UnsentWork): boolean {
  return Object.values(work).some((n) => n > 0)
}

function count(unsent: Unsent, without?: Unsent): UnsentWork {
  const left = (kind: keyof Unsent): number => {
    const known = new Set(without?.[kind])
    return unsent[kind].filter((id) => !known.has(id)).length
  }
  return { mutations: left('mutations'), dead: left('dead'), drafts: left('drafts'), photos: left('photos') }
}
