/** Pictures that the server accepts and no other phone has. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { addPhoto } from '../../src/db/photos'
import { newId } from '../../src/domain/ids'
import type { GridfieldDb } from '../../src/db/open'
import type { PhotoManifest } from '../../src/domain/mutations'
import type { PhotoOwner } from '../../src/domain/records'
import type { Dice } from './dice'

async function hexHash(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes.slice())).toString('hex')
}

/** The JPEG with a comment after its first marker. */
function marked(jpeg: Buffer): Uint8Array<ArrayBuffer> {
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 18]), randomBytes(16)])
  return Uint8Array.from(Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]))
}

export class Camera {
  readonly #originals: Buffer[]
  readonly #thumb: Buffer

  /** Where photos would be too many, only `share` of the deeds that need one are done. */
  constructor(folder: string, private readonly dice: Dice, private readonly share: number) {
    this.#originals = ['small', 'medium', 'large'].map((size) => readFileSync(`${folder}/${size}.jpg`))
    this.#thumb = readFileSync(`${folder}/thumb.jpg`)
  }

  /** Whether a photo is taken this time. */
  get likes(): boolean { return this.dice.chance(this.share) }

  /** Takes a photo into a draft, bytes and all; answers its line of the manifest. */
  async shoot(db: GridfieldDb, owner: PhotoOwner, ownerId: string, draftId: string, code: string | null): Promise<PhotoManifest> {
    const [data, thumb] = [marked(this.dice.pick(this.#originals)), marked(this.#thumb)]
    const line = {
      photo_id: newId(), sha256: await hexHash(data), bytes: data.length, type: 'image/jpeg' as const,
      role: 'evidence' as const, item_code: code, captured_at: new Date().toISOString(), lng: null, lat: null,
      accuracy: null, thumb_sha256: await hexHash(thumb), thumb_bytes: thumb.length,
    }
    await addPhoto(db, { ...line, draft_id: draftId, owner_kind: owner, owner_id: ownerId, data: data.buffer, thumb: thumb.buffer })
    return line
  }
}
