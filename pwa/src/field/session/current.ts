/** Who works on this phone right now: one database, one engine, for as long as they are signed in. */
import { shallowRef } from 'vue'
import { currentAccount, type Account } from '../../api/account'
import { closeDb, type GridfieldDb } from '../../db/open'
import type { Session } from '../../domain/session'
import { checkIntegrity } from '../../sync/integrity'
import { closeShelf } from '../../sync/shelf'
import { idle } from '../shell/idle'
import { LateEngine, type Engine } from './late-engine'

export interface Current {
  db: GridfieldDb
  engine: Engine
  user: Session
}

/** Null while nobody is signed in. */
export const current = shallowRef<Current | null>(null)

/** The signed-in surroundings; throws when nobody is, for no screen that needs them can be open then. */
export function useCurrent(): Current {
  if (!current.value) throw new Error('nobody is signed in')
  return current.value
}

function begin({ db, session }: Account): void {
  const known = current.value
  if (known?.db === db) {
    // The same person with a fresh session: the engine and everything on the screen go on.
    current.value = { ...known, user: session }
    void known.engine.kick('signed-in')
    return
  }
  const engine = new LateEngine(db)
  // Before any save: what was lost must be known while the count outside still shows it.
  void checkIntegrity(db).finally(() => void idle().then(() => engine.start()))
  current.value = { db, engine, user: session }
}

/** Goes in with what the phone remembers, without asking the network. */
export async function resume(): Promise<void> {
  const account = await currentAccount()
  if (account) begin(account)
}

/** Signs in with a password, for the first time or again; throws what the server or the network said. */
export async function enter(username: string, password: string): Promise<void> {
  const { signIn } = await import('../../api/session')
  const account = await signIn(username, password)
  if (current.value && current.value.db !== account.db) stop()
  begin(account)
}

function stop(): void {
  current.value?.engine.stop()
  current.value = null
}

/** Signs out; throws `UnsentWorkError` while work stands only on this phone. */
export async function leave(): Promise<void> {
  const { db } = useCurrent()
  const { signOut } = await import('../../api/session')
  await signOut(db)
  stop()
  closeShelf(db)
  closeDb(db.userId)
  // The server has taken this phone off too, with its session.
  await import('../../sw/subscription').then(({ forgetPush }) => forgetPush('/')).catch(() => undefined)
}
