/** Photos on the phone, from the shutter until the server has confirmed their hash. */
import { newId } from '../domain/ids'
import type { PhotoManifest } from '../domain/mutations'
import type { GridfieldDb } from './open'
import { manifestLine, type StoredPhoto } from './schema'

/** What the camera gives; the rest of a stored photo begins empty. */
export type NewPhoto = Pick<
  StoredPhoto,
  | 'photo_id' | 'draft_id' | 'owner_kind' | 'owner_id' | 'item_code' | 'role' | 'type' | 'sha256' | 'bytes'
  | 'thumb_sha256' | 'thumb_bytes' | 'captured_at' | 'lng' | 'lat' | 'accuracy' | 'drawing_of'
> & { data: ArrayBuffer; thumb: ArrayBuffer | null }

/** Stores a photo of a draft, bytes and all, in one transaction. */
export async function addPhoto(db: GridfieldDb, photo: NewPhoto): Promise<void> {
  const { data, thumb, ...facts } = photo
  await db.transaction('rw', db.photos, db.photo_bytes, async () => {
    await db.photo_bytes.put({ photo_id: photo.photo_id, data, thumb })
    await db.photos.put({
      ...facts, mutation_id: null, state: 'local', thumb_safe: false, offset: 0, upload_url: null,
      thumb_upload_url: null, problem: null, saved_at: Date.now(), safe_at: null,
    })
  })
}

/** Removes a photo that belongs to a draft, and what was drawn on it; one that was saved with a mutation stays. */
export async function removeDraftPhoto(db: GridfieldDb, photoId: string): Promise<boolean> {
  return db.transaction('rw', db.photos, db.photo_bytes, async () => {
    const photo = await db.photos.get(photoId)
    if (photo?.mutation_id !== null) return false
    const beside = await db.photos.where('draft_id').equals(photo.draft_id ?? '').toArray()
    const drawings = beside.filter(({ drawing_of }) => drawing_of === photoId).map(({ photo_id }) => photo_id)
    await db.photos.bulkDelete([photoId, ...drawings])
    await db.photo_bytes.bulkDelete([photoId, ...drawings])
    return true
  })
}

/**
 * Copies a saved mutation's photos for a draft, under ids of their own: the draft may be thrown away without
 * them. Only inside a transaction over `photos` and `photo_bytes`.
 */
export async function copyPhotos(
  db: GridfieldDb, mutationId: string, draft: Pick<StoredPhoto, 'draft_id' | 'owner_id'>,
): Promise<void> {
  const photos = await db.photos.where('mutation_id').equals(mutationId).sortBy('photo_id')
  const ids = new Map(photos.map(({ photo_id }) => [photo_id, newId()]))
  for (const photo of photos) {
    const bytes = await db.photo_bytes.get(photo.photo_id)
    const drawing_of = ids.get(photo.drawing_of ?? '') ?? null
    const fresh = { photo_id: ids.get(photo.photo_id) ?? newId(), mutation_id: null, upload_url: null, thumb_upload_url: null }
    await db.photos.add({ ...photo, ...draft, ...fresh, drawing_of })
    if (bytes) await db.photo_bytes.add({ ...bytes, photo_id: fresh.photo_id })
  }
}

/** The photos of a draft, in the order they were taken. */
export async function draftPhotos(db: GridfieldDb, draftId: string): Promise<StoredPhoto[]> {
  return db.photos.where('draft_id').equals(draftId).sortBy('photo_id')
}

/** The manifest of a draft's photos, for the mutation that will carry them. */
export async function manifest(db: GridfieldDb, draftId: string): Promise<PhotoManifest[]> {
  return (await draftPhotos(db, draftId)).map(manifestLine)
}

/** The picture from this phone's memory: the original, or its thumbnail; null when it holds neither. */
export async function photoBlob(
  db: GridfieldDb, photoId: string, size: 'original' | 'thumb' = 'original',
): Promise<Blob | null> {
  const [photo, bytes] = await Promise.all([db.photos.get(photoId), db.photo_bytes.get(photoId)])
  if (photo === undefined || bytes === undefined) return null
  const buffer = size === 'thumb' ? (bytes.thumb ?? bytes.data) : bytes.data
  const type = buffer === bytes.thumb ? 'image/jpeg' : photo.type
  return buffer === null ? null : new Blob([buffer], { type })
}
