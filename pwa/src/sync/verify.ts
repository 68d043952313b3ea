/** Once a day the phone proves that it holds what the server holds (docs/sync-protocol.md, section 5). */
import { getMeta, setMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { SyncContext } from './protocol'
import { beginReset, pullAll } from './pull'

const EVERY_MS = 86_400_000

interface Verified {
  version: number
  count: number
  digest: string
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Hex SHA-256 over "kind:record_id:version\n" of the scope's records, by kind, then id. */
async function scopeDigest(db: GridfieldDb, scope: string): Promise<string> {
  const rows = await db.base.where('scope').equals(scope).toArray()
  rows.sort((a, b) => compare(a.kind, b.kind) || compare(a.id, b.id))
  const text = rows.map(({ kind, id, version }) => `${kind}:${id}:${version}\n`).join('')
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A scope whose digest differs at equal versions is fetched anew, its rows staying visible meanwhile. */
async function resetScope(db: GridfieldDb, scope: string, at: number): Promise<void> {
  await db.transaction('rw', db.membership, db.cursors, db.meta, async () => {
    await beginReset(db, scope)
    await db.cursors.delete(scope)
    await setMeta(db, 'verify_failed', { scope, at })
  })
}

async function verifyScope({ db, http, signal, clock }: SyncContext, scope: string, next: number): Promise<boolean> {
  const answer = await http.send({ method: 'POST', path: '/sync/verify', json: { scope }, signal })
  const { version, digest } = answer.json as Verified
  const unchanged = (await db.cursors.get(scope))?.next === next
  if (version !== next || !unchanged || digest === (await scopeDigest(db, scope))) return true
  await resetScope(db, scope, clock.now())
  return false
}

/** Verifies every scope if that was not done within a day. */
export async function verifyDaily(context: SyncContext): Promise<void> {
  const { db, clock } = context
  // Absolute: a clock that was set back must not put this off for years.
  if (Math.abs(clock.now() - ((await getMeta(db, 'verified_at')) ?? 0)) < EVERY_MS) return
  let sound = true
  for (const { scope, next } of await db.cursors.toArray()) {
    sound = (await verifyScope(context, scope, next)) && sound
  }
  await setMeta(db, 'verified_at', clock.now())
  if (!sound) await pullAll(context)
}
