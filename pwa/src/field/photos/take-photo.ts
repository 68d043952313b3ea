/** From a picked file to a photo that is safe on this phone. */
import { estimateRoom } from '../../db/estimate'
import { getMeta } from '../../db/meta'
import type { GridfieldDb } from '../../db/open'
import { addPhoto } from '../../db/photos'
import { newId } from '../../domain/ids'
import type { PhotoManifest } from '../../domain/mutations'
import type { PhotoRole } from '../../domain/geo'
import type { PhotoOwner } from '../../domain/records'
import { toUtc } from '../../domain/time'
import { hasRoom, isFull } from '../storage/room'
import { MAX_ORIGINAL_BYTES } from './image-size'
import { type PhotoType, photoType } from './photo-type'
import type { Shrunk } from './shrink'
import { shrinkOffPage } from './shrink-off-page'
import { type StampWords, stampLines } from './watermark'

/** A photo that waits in a draft: exactly the manifest line its mutation will carry. */
export type PhotoDraft = PhotoManifest

/** What a photo belongs to, and the words for the place on its stamp. */
export interface PhotoContext {
  draft_id: string
  owner_kind: PhotoOwner
  owner_id: string
  place: string
  item_code?: string | null
  role?: PhotoRole
}

export interface Shot {
  file: File
  imported: boolean
  person: string
  fix: { lng: number; lat: number; accuracy: number } | null
}

export type PhotoRefusalReason = 'too_large' | 'not_image' | 'no_room' | 'failed'

/** Why a picture was not kept; `reason` names the words to show. */
export class PhotoRefusal extends Error {
  constructor(readonly reason: PhotoRefusalReason) {
    super(reason)
  }
}

/** Store one photo of a draft; false when the original had to be kept as it was, without a stamp. */
export async function takePhoto(
  db: GridfieldDb,
  shot: Shot,
  context: PhotoContext,
  words: StampWords,
): Promise<boolean> {
  const type = await admit(shot.file)
  const offset = await getMeta(db, 'clock_offset_ms')
  const photoId = newId()
  const at = Date.now() + (offset ?? 0)
  const lines = stampLines(
    {
      at,
      clockSynced: offset !== null,
      imported: shot.imported,
      place: context.place,
      lng: shot.fix?.lng ?? null,
      lat: shot.fix?.lat ?? null,
      accuracy: shot.fix?.accuracy ?? null,
      person: shot.person,
      photoId,
    },
    words,
  )
  const picture = await prepare(shot.file, type, lines)
  await keep(db, { photoId, at, shot, context, picture })
  return picture.thumb !== null
}

async function admit(file: File): Promise<PhotoType> {
  if (file.size > MAX_ORIGINAL_BYTES) throw new PhotoRefusal('too_large')
  const type = photoType(new Uint8Array(await file.slice(0, 16).arrayBuffer()))
  if (!type) throw new PhotoRefusal('not_image')
  if (!hasRoom(file.size, await estimateRoom())) throw new PhotoRefusal('no_room')
  return type
}

interface Picture {
  type: PhotoType
  data: ArrayBuffer
  thumb: ArrayBuffer | null
}

async function prepare(file: File, type: PhotoType, lines: string[]): Promise<Picture> {
  let done: Shrunk
  try {
    done = await shrinkOffPage(file, lines)
  } catch {
    // HEIC mostly: this browser cannot decode it, the server can.
    return { type, data: await file.arrayBuffer(), thumb: null }
  }
  return { type: 'image/jpeg', data: done.bytes, thumb: done.thumb }
}

/** The hash by which a photo is known, in hex. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

interface Kept {
  photoId: string
  at: number
  shot: Shot
  context: PhotoContext
  picture: Picture
}

async function keep(db: GridfieldDb, { photoId, at, shot, context, picture }: Kept): Promise<void> {
  const { data, thumb, type } = picture
  try {
    await addPhoto(db, {
      photo_id: photoId,
      draft_id: context.draft_id,
      owner_kind: context.owner_kind,
      owner_id: context.owner_id,
      item_code: context.item_code ?? null,
      role: context.role ?? 'evidence',
      type,
      data,
      thumb,
      sha256: await sha256(data),
      bytes: data.byteLength,
      thumb_sha256: thumb && (await sha256(thumb)),
      thumb_bytes: thumb?.byteLength ?? null,
      captured_at: toUtc(at),
      lng: shot.fix?.lng ?? null,
      lat: shot.fix?.lat ?? null,
      accuracy: shot.fix?.accuracy ?? null,
    })
  } catch (error) {
    throw new PhotoRefusal(isFull(error) ? 'no_room' : 'failed')
  }
}
