import type { GridfieldDb } from '../../db/open'
import { addPhoto } from '../../db/photos'
import type { PhotoManifest } from '../../domain/mutations'
import type { PhotoOwner } from '../../domain/records'
import { newId } from '../../domain/ids'
import { toUtc } from '../../domain/time'
import { shrinkOffPage } from './shrink-off-page'
import { sha256 } from './take-photo'

/** Store a picture that somebody drew, in a draft: with what it draws on, or by itself. */
export async function keepDrawing(
  db: GridfieldDb,
  picture: Blob,
  line: Pick<PhotoManifest, 'role'> & Partial<PhotoManifest>,
  owner: { draft_id: string; owner_kind: PhotoOwner; owner_id: string },
): Promise<PhotoManifest> {
  const { bytes: data, thumb } = await shrinkOffPage(picture, [])
  const facts: PhotoManifest = {
    photo_id: newId(), sha256: await sha256(data), bytes: data.byteLength, type: 'image/jpeg', role: line.role,
    item_code: line.item_code ?? null, captured_at: toUtc(Date.now()), lng: line.lng ?? null, lat: line.lat ?? null,
    accuracy: line.accuracy ?? null, thumb_sha256: await sha256(thumb), thumb_bytes: thumb.byteLength,
    ...(line.drawing_of ? { drawing_of: line.drawing_of } : {}),
  }
  await addPhoto(db, { ...facts, ...owner, item_code: facts.item_code ?? null, data, thumb })
  return facts
}
