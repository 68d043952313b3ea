import type { GridfieldDb } from '../../db/open'
import { newId } from '../../domain/ids'
import type { InspectionSubmit } from '../../domain/mutations'
import type { Signer } from '../../domain/records'
import { saveMutation } from '../../sync/save'
import { keepDrawing } from '../photos/keep-drawing'

export interface Signed {
  signer: Signer
  name: string
  /** The picture of the signature; null where it was refused. */
  picture: Blob | null
  witness: string
}

/** Save a signature under an inspection, or that it was refused; resolves once it is on this phone. */
export async function saveSignature(db: GridfieldDb, inspectionId: string, signed: Signed): Promise<void> {
  const id = newId()
  const owner = { draft_id: id, owner_kind: 'inspection' as const, owner_id: inspectionId }
  const photos = signed.picture ? [await keepDrawing(db, signed.picture, { role: 'signature' }, owner)] : []
  const refused = signed.picture === null
  const args = {
    signature_id: id, inspection_id: inspectionId, signer: signed.signer, name: signed.name.trim(), refused,
    witness: refused ? signed.witness.trim() : null, photos,
  }
  await saveMutation(db, { name: 'inspection.sign', args, deps: await waitsFor(db, inspectionId) })
}

/** The inspection itself, while it has not been sent. */
async function waitsFor(db: GridfieldDb, inspectionId: string): Promise<string[]> {
  const rows = await db.outbox.filter(({ name, args }) =>
    name === 'inspection.submit' && (args as InspectionSubmit).inspection_id === inspectionId).toArray()
  return rows.map(({ mutation_id }) => mutation_id)
}
