/** One refused or held record as its page shows it. */
import type { GridfieldDb } from '../../db/open'
import type { DeadRow } from '../../db/schema'
import { manifestOf } from '../../domain/mutations'
import type { Checklist, ChecklistItem } from '../../domain/records'
import { followersOf } from '../../sync/refused'
import { subjectsOf } from '../sync/entries'
import { isMendable } from './mend'

/** `mend`: put right on a screen; `again`: sent as it is; `none`: neither would change the answer. */
export type WayOut = 'mend' | 'again' | 'none'

export interface Letter extends DeadRow {
  subject: string
  followers: number
  photos: { total: number; safe: number }
  way: WayOut
  /** The wording of the checklist items, to name what is wrong. */
  items: ChecklistItem[]
}

/** The server's state has moved on: the same thing asked again gets the same answer. */
const PAST = ['illegal-transition', 'not-recording']

async function wayOut(db: GridfieldDb, letter: DeadRow): Promise<WayOut> {
  if (letter.verdict === 'held') return 'none'
  if (await isMendable(db, letter)) return 'mend'
  const leader = letter.code === 'dep-failed' && (await db.dead.bulkGet(letter.deps)).some(Boolean)
  return leader || PAST.includes(letter.code) ? 'none' : 'again'
}

async function itemsOf(db: GridfieldDb, { args }: DeadRow): Promise<ChecklistItem[]> {
  if (!('checklist_id' in args)) return []
  const found = (await db.base.get(['checklist', args.checklist_id])) ?? (await db.base.where('kind').equals('checklist').first())
  return (found?.row as Checklist | undefined)?.items ?? []
}

/** The letter with all that its page tells; null when it has been settled. */
export async function readLetter(db: GridfieldDb, id: string): Promise<Letter | null> {
  const letter = await db.dead.get(id)
  if (letter === undefined) return null
  const total = manifestOf(letter).length
  const unsafe = await db.photos.where('mutation_id').equals(id).filter(({ state }) => state !== 'safe').count()
  const followers = followersOf(id, await db.dead.toArray()).length
  const [subject = ''] = await subjectsOf(db, [letter])
  const photos = { total, safe: total - unsafe }
  return { ...letter, subject, followers, photos, way: await wayOut(db, letter), items: await itemsOf(db, letter) }
}
