/** Pull (docs/sync-protocol.md, section 5): pages until none is left, each applied whole or not at all. */
import { ProblemError } from '../api/http'
import { getMeta, clientId, setMeta } from '../db/meta'
import type { GridfieldDb } from '../db/open'
import type { BaseRow } from '../db/schema'
import { EpochChanged, FIRST_VIEW, PAGE, PROTO, pullAnswer, type Change, type Cursors, type PullAnswer, type ScopePage, type SyncContext } from './protocol'
import { keepOffset } from './push'

interface Asked {
  client: string
  epoch: string | null
  view: number
  cursors: Cursors
  loading: Cursors
}

async function cursorsOf(db: GridfieldDb): Promise<Pick<Asked, 'cursors' | 'loading'>> {
  const rows = await db.cursors.toArray()
  return {
    cursors: Object.fromEntries(rows.map(({ scope, next }) => [scope, next])),
    loading: Object.fromEntries(rows.flatMap(({ scope, until }) => (until === null ? [] : [[scope, until]]))),
  }
}

function ask(db: GridfieldDb): Promise<Asked> {
  return db.transaction('rw', db.cursors, db.meta, async () => ({
    client: await clientId(db),
    epoch: await getMeta(db, 'epoch'),
    view: (await getMeta(db, 'view')) ?? FIRST_VIEW,
    ...(await cursorsOf(db)),
  }))
}

function sameCursors(a: Cursors, b: Cursors): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

async function stillHolds(db: GridfieldDb, asked: Asked): Promise<boolean> {
  const [client, epoch] = [await getMeta(db, 'client_id'), await getMeta(db, 'epoch')]
  return client === asked.client && epoch === asked.epoch && sameCursors((await cursorsOf(db)).cursors, asked.cursors)
}

/** Answered mutations leave once a pull has brought their effects back; unanswered ones never. */
async function release(db: GridfieldDb, lastMid: number): Promise<void> {
  await db.outbox.where('mid').belowOrEqual(lastMid).filter((row) => row.state !== 'waiting').delete()
}

async function removeRows(db: GridfieldDb, scope: string, keys: [string, string][]): Promise<void> {
  const rows = await db.base.bulkGet(keys)
  // A record that moved to another scope has its row from there: only the membership goes.
  const gone = rows.filter((row) => row?.scope === scope).map((row) => [row?.kind, row?.id] as [string, string])
  await db.base.bulkDelete(gone)
  await db.membership.bulkDelete(keys.map(([kind, id]): [string, string, string] => [scope, kind, id]))
}

async function putRows(db: GridfieldDb, scope: string, puts: Change[]): Promise<void> {
  const known = await db.base.bulkGet(puts.map(([kind, id]): [string, string] => [kind, id]))
  const members = await db.membership.bulkGet(puts.map(([kind, id]): [string, string, string] => [scope, kind, id]))
  const rows: BaseRow[] = puts.flatMap(([kind, id, version, , row], i) => {
    const before = known[i]
    // A version never goes back, save where the phone's own row is in doubt: during a reset.
    const older = before?.scope === scope && before.version > version && members[i]?.stale === 0
    return row === null || older ? [] : [{ kind, id, scope, version, row }]
  })
  await db.base.bulkPut(rows)
  await db.membership.bulkPut(puts.map(([kind, id]) => ({ scope, kind, id, stale: 0 as const })))
}

async function dropScope(db: GridfieldDb, scope: string): Promise<void> {
  const members = await db.membership.where('[scope+stale]').between([scope, 0], [scope, 1], true, true).toArray()
  await removeRows(db, scope, members.map(({ kind, id }) => [kind, id]))
  await db.cursors.delete(scope)
}

/** From here on every record of the scope must be seen again; what is not will be swept. */
export async function beginReset(db: GridfieldDb, scope: string): Promise<void> {
  await db.membership.where('[scope+stale]').equals([scope, 0]).modify({ stale: 1 })
}

async function applyScope(db: GridfieldDb, scope: string, page: ScopePage): Promise<void> {
  // Rows stay visible while a reset comes in page by page, so that nobody's work seems to vanish.
  if (page.reset === true) await beginReset(db, scope)
  await putRows(db, scope, page.changes.filter(([, , , op]) => op === 'put'))
  await removeRows(db, scope, page.changes.filter(([, , , op]) => op === 'del').map(([kind, id]) => [kind, id]))
  if (!page.more) {
    const unseen = await db.membership.where('[scope+stale]').equals([scope, 1]).toArray()
    await removeRows(db, scope, unseen.map(({ kind, id }) => [kind, id]))
  }
  await db.cursors.put({ scope, next: page.next, until: page.more ? (page.until ?? null) : null })
}

/** Applies a page in one transaction; false when the stores have moved on since it was asked for. */
async function applyPage(db: GridfieldDb, asked: Asked, page: PullAnswer): Promise<boolean> {
  return db.transaction('rw', [db.base, db.membership, db.cursors, db.outbox, db.meta], async () => {
    if (!(await stillHolds(db, asked)) || !sameCursors(page.base, asked.cursors)) return false
    if (asked.epoch === null) await setMeta(db, 'epoch', page.epoch)
    await setMeta(db, 'view', page.view)
    for (const scope of page.drop) await dropScope(db, scope)
    for (const [scope, changes] of Object.entries(page.scopes)) await applyScope(db, scope, changes)
    if (!page.more) await release(db, page.last_mid)
    return true
  })
}

/** "Nothing new" is a final page too; its header says how far the server had come. */
async function nothingNew(db: GridfieldDb, asked: Asked, lastMid: string | null): Promise<void> {
  await db.transaction('rw', [db.cursors, db.outbox, db.meta], async () => {
    if (await stillHolds(db, asked)) await release(db, Number(lastMid))
  })
}

function checkEpoch(asked: Asked, epoch: string | null): void {
  if (asked.epoch !== null && epoch !== null && epoch !== asked.epoch) throw new EpochChanged(epoch)
}

type Progress = 'done' | 'more' | 'not applied'

/** Asks for one page and applies it. */
async function pullPage({ db, http, clock, signal }: SyncContext): Promise<Progress> {
  const asked = await ask(db)
  const { client, epoch, view, cursors, loading } = asked
  const json = { proto: PROTO, epoch, client_id: client, view, cursors, loading, limit: PAGE }
  const sentAt = clock.now()
  const answer = await http.send({ method: 'POST', path: '/sync/pull', json, signal })
  checkEpoch(asked, answer.epoch)
  if (answer.status === 204) {
    await nothingNew(db, asked, answer.headers.get('X-Last-Mid'))
    return 'done'
  }
  const page = pullAnswer(answer.json)
  checkEpoch(asked, page.epoch)
  await keepOffset(db, page.server_now, sentAt, clock.now())
  if (!(await applyPage(db, asked, page))) return 'not applied'
  return page.more ? 'more' : 'done'
}

/** How many pages in a row may answer another question than ours: another window was quicker, or a cache answered. */
const MAX_STALE = 5

/** Pulls until there is nothing more. */
export async function pullAll(context: SyncContext): Promise<void> {
  let stale = 0
  while (!context.signal.aborted) {
    const progress = await pullPage(context)
    if (progress === 'done') return
    stale = progress === 'more' ? 0 : stale + 1
    if (stale >= MAX_STALE) throw new ProblemError('stale-answer', 500, {}, null)
  }
}
