/** Who works on this phone, as it remembers by itself; what asks the server stands in session.ts. */
import { getMeta } from '../db/meta'
import { openDb, type GridfieldDb } from '../db/open'
import type { Session } from '../domain/session'

/** Under which the id of who signed in here last is kept. */
export const USER_KEY = 'gridfield.user'

export interface Account {
  db: GridfieldDb
  session: Session
}

/** Who signed in here last, from the phone's own memory: never waits for the network. */
export async function currentAccount(): Promise<Account | null> {
  const userId = localStorage.getItem(USER_KEY)
  if (userId === null) return null
  const db = openDb(userId)
  const session = await getMeta(db, 'session')
  return session === null ? null : { db, session }
}
