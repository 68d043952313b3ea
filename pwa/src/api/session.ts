/** Signing in and out; being offline never signs a worker out, and signing out never loses work. */
import { getMeta, setMeta } from '../db/meta'
import { openDb, type GridfieldDb } from '../db/open'
import { isSome, notExported, type UnsentWork } from '../db/unsent'
import { newId } from '../domain/ids'
import type { Session } from '../domain/session'
import { USER_KEY, type Account } from './account'
import { FetchHttp, ProblemError, type Http } from './http'
import { leaveProof } from './receipts'

export type { Session } from '../domain/session'

const DEVICE_KEY = 'gridfield.device'

/** Refuses a sign-out: this much stands only on this phone and in no file. */
export class UnsentWorkError extends Error {
  override name = 'UnsentWorkError'
  constructor(readonly work: UnsentWork) {
    super('unsent work')
  }
}

/** This device's id; it outlives every sign-out. */
export function deviceId(): string {
  const known = localStorage.getItem(DEVICE_KEY)
  if (known !== null) return known
  const fresh = newId()
  localStorage.setItem(DEVICE_KEY, fresh)
  return fresh
}

/** The network as this user, with the CSRF token that the session gave. */
export function httpOf(db: GridfieldDb): Http {
  return new FetchHttp({ csrf: async () => (await getMeta(db, 'session'))?.csrf_token ?? null })
}

async function keep(session: Session): Promise<Account> {
  const db = openDb(session.user.id)
  await setMeta(db, 'session', session)
  if ((await getMeta(db, 'epoch')) === null) await setMeta(db, 'epoch', session.epoch)
  await setMeta(db, 'clock_offset_ms', Date.parse(session.server_now) - Date.now())
  await leaveProof(session.csrf_token)
  localStorage.setItem(USER_KEY, session.user.id)
  return { db, session }
}

/** Signs in on this phone; throws `ProblemError` with slug bad-credentials or too-many-attempts. */
export async function signIn(username: string, password: string, http: Http = anonymous()): Promise<Account> {
  const device = { id: deviceId(), name: deviceName(), kind: 'phone' }
  const { json } = await http.send({ method: 'POST', path: '/api/session', json: { username, password, device } })
  return keep(json as Session)
}

function anonymous(): Http {
  return new FetchHttp({ csrf: () => Promise.resolve(null) })
}

function deviceName(): string {
  const model = /\(([^)]*)\)/.exec(navigator.userAgent)?.[1] ?? 'browser'
  return model.slice(0, 80)
}

/** Asks the server who is signed in, and keeps the answer; throws `ProblemError` unauthenticated. */
export async function refreshSession(db: GridfieldDb, http: Http = httpOf(db)): Promise<Session> {
  const { json } = await http.send({ method: 'GET', path: '/api/session' })
  const session = json as Session
  if (session.user.id === db.userId) {
    await setMeta(db, 'session', session)
    await leaveProof(session.csrf_token)
  }
  return session
}

async function endSession(http: Http): Promise<void> {
  try {
    await http.send({ method: 'DELETE', path: '/api/session' })
  } catch (error) {
    // Revoked or expired: what was to end has ended.
    if (!(error instanceof ProblemError && error.slug === 'unauthenticated')) throw error
  }
}

/** Signs out, and keeps the stores; throws `UnsentWorkError` while the worker has anything that no exported file holds. */
export async function signOut(db: GridfieldDb, http: Http = httpOf(db)): Promise<void> {
  const work = await notExported(db)
  if (isSome(work)) throw new UnsentWorkError(work)
  await endSession(http)
  // Last: a refusal of the server leaves the worker signed in, and the stores stay for the next time.
  await db.meta.delete('session')
  await leaveProof(null)
  localStorage.removeItem(USER_KEY)
}
