/** How far the first load has come (docs/sync-protocol.md, section 5: `until`). */
import type { GridfieldDb } from '../db/open'

export interface LoadProgress {
  /** Records that are on the phone by now. */
  records: number
  /** Part of the scopes' versions that have been fetched, 0 to 1: a cursor on its way to its `until`. */
  part: number
}

/** Where the load of the scopes stands; after its last page `part` is 1. */
export async function loadProgress(db: GridfieldDb): Promise<LoadProgress> {
  return db.transaction('r', db.base, db.cursors, async () => {
    const cursors = await db.cursors.toArray()
    const done = cursors.reduce((sum, { next }) => sum + next, 0)
    const all = cursors.reduce((sum, { next, until }) => sum + (until ?? next), 0)
    return { records: await db.base.count(), part: all === 0 ? 0 : done / all }
  })
}
