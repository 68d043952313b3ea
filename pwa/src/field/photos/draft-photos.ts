import type { GridfieldDb } from '../../db/open'
import { draftPhotos } from '../../db/photos'
import { manifestLine } from '../../db/schema'
import type { PhotoDraft } from './take-photo'

/** All photos of a draft as manifest lines, by the item they belong to ('' for none). */
export async function photosByItem(
  db: GridfieldDb,
  draftId: string,
): Promise<Record<string, PhotoDraft[]>> {
  const byItem: Record<string, PhotoDraft[]> = {}
  for (const photo of await draftPhotos(db, draftId)) {
    ;(byItem[photo.item_code ?? ''] ??= []).push(manifestLine(photo))
  }
  return byItem
}
