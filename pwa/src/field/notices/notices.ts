/** What the centre has to say to the worker, read without a network; that it was read is told when there is one. */
import type { Http } from '../../api/http'
import { ProblemError } from '../../api/http'
import { getMeta, setMeta } from '../../db/meta'
import type { GridfieldDb } from '../../db/open'
import { listRecords, type ViewRow } from '../../sync/view'

export interface NoticeRow extends ViewRow<'notice'> {
  unread: boolean
}

/** All notices, the newest first. */
export async function readNotices(db: GridfieldDb): Promise<NoticeRow[]> {
  const rows = await listRecords(db, 'notice')
  const here = new Set((await getMeta(db, 'notices_read')) ?? [])
  return rows
    .map((row) => ({ ...row, unread: !row.read_at && !here.has(row.id) }))
    .sort((a, b) => b.created_at.localeCompare(a.created_at))
}

/** The worker has them before the eyes: they count as read here from now on. */
export async function markRead(db: GridfieldDb, ids: string[]): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const known = (await getMeta(db, 'notices_read')) ?? []
    await setMeta(db, 'notices_read', [...new Set([...known, ...ids])])
  })
}

async function tellOne(http: Http, id: string): Promise<boolean> {
  const path = `/api/messages/${encodeURIComponent(id)}/receipts`
  try {
    await http.send({ method: 'POST', path, json: { event: 'read', channel: 'live' } })
    return true
  } catch (error) {
    // What the centre does not know any more needs no receipt.
    return error instanceof ProblemError && error.slug === 'not-found'
  }
}

/** Tells the centre what was read here and it does not know yet; what fails now is told another time. */
export async function tellRead(db: GridfieldDb, http: Http): Promise<void> {
  const rows = new Map((await listRecords(db, 'notice')).map((row) => [row.id, row]))
  const waiting = ((await getMeta(db, 'notices_read')) ?? []).filter((id) => rows.has(id))
  for (const id of waiting) {
    if (!rows.get(id)?.read_at && !(await tellOne(http, id))) break
  }
  await setMeta(db, 'notices_read', waiting.filter((id) => !rows.get(id)?.read_at))
}
