/** Saving: one strict-durability transaction (docs/sync-protocol.md, section 8). */
import { unbroken } from '../db/half-written'
import type { GridfieldDb } from '../db/open'
import type { DeadRow } from '../db/schema'
import type { MutationArgs, MutationName } from '../domain/mutations'
import { enqueue } from './enqueue'
import { noteSaved } from './integrity'
import { depsNow, replace, settling } from './refused'

export interface NewMutation<N extends MutationName = MutationName> {
  name: N
  args: MutationArgs[N]
  /** The version of the arguments; 1 when not given. */
  v?: number
  /** Mutations without which this one makes no sense: it is refused when one of them was. */
  deps?: string[]
  /** When it was done, RFC 3339; now when not given. */
  captured_at?: string
  /** The draft that this finishes: it leaves in the same transaction, and so does the refusal that it mends. */
  draftId?: string
  /** Writes to drafts, photos, track or meta that belong to the same transaction; nothing else may be awaited. */
  alongside?: () => Promise<unknown>
}

/**
 * Puts what the worker did into the outbox and the journal and takes the draft out, all or nothing.
 * Resolves with the mutation's id when it is on the disk: only then may a screen say "saved".
 */
export async function saveMutation<N extends MutationName>(
  db: GridfieldDb, mutation: NewMutation<N>,
): Promise<string> {
  // Dexie must see an async function, or it lets the transaction close too early.
  const save = () => db.transaction('rw', [...settling(db), db.drafts, db.track], async () => await write(db, mutation))
  const saved = await unbroken(save)
  await noteSaved(db)
  return saved
}

async function write<N extends MutationName>(db: GridfieldDb, mutation: NewMutation<N>): Promise<string> {
  const { name, args, v = 1, draftId } = mutation
  const mended = await refusalOf(db, draftId)
  const deps = mutation.deps ?? (mended ? await depsNow(db, mended.deps) : [])
  // What is mended was still done when it was done: rights are judged by that time.
  const captured_at = mutation.captured_at ?? mended?.captured_at ?? new Date().toISOString()
  const mutationId = await enqueue(db, { name, v, deps, captured_at, args })
  if (draftId !== undefined) await takeDraftOut(db, draftId)
  if (mended) await replace(db, mended.mutation_id, mutationId)
  await mutation.alongside?.()
  return mutationId
}

/** The refusal that a draft is to mend, as long as nobody has settled it. */
async function refusalOf(db: GridfieldDb, draftId: string | undefined): Promise<DeadRow | undefined> {
  const draft = draftId === undefined ? undefined : await db.drafts.get(draftId)
  return draft?.replaces == null ? undefined : db.dead.get(draft.replaces)
}

/** The draft leaves, and with it the photos that were taken for it but are in no manifest. */
async function takeDraftOut(db: GridfieldDb, draftId: string): Promise<void> {
  const left = await db.photos.where('draft_id').equals(draftId).primaryKeys()
  await db.photos.bulkDelete(left)
  await db.photo_bytes.bulkDelete(left)
  await db.drafts.delete(draftId)
}
