import { computed, ref, shallowRef } from 'vue'
import { desk, onUnauthenticated } from '../../api/desk'
import type { Session } from '../../api/desk-records'
import { leaveProof } from '../../api/receipts'
import { Refusal } from '../../api/refusal'
import { newId } from '../../domain/ids'
import { forgetPush, renewPush } from '../../sw/subscription'
import { catchUp } from '../live/live'
import { deskPush } from '../messages/push'
import { rooms, type Room } from '../rooms'

/** `expired`: signed in before and still looking at data; the screens stay as they are behind the sign-in. */
export type SessionState = 'checking' | 'out' | 'in' | 'expired' | 'unreachable'

const DEVICE_KEY = 'gridfield-desk-device'

const session = shallowRef<Session | null>(null)
const state = ref<SessionState>('checking')

onUnauthenticated(() => {
  state.value = session.value ? 'expired' : 'out'
})

function deviceId(): string {
  const id = localStorage.getItem(DEVICE_KEY) ?? newId()
  localStorage.setItem(DEVICE_KEY, id)
  return id
}

/** What this browser takes while the desk is closed belongs to whoever signs in here. */
async function takeMessages({ csrf_token }: Session): Promise<void> {
  await leaveProof(csrf_token)
  await renewPush(deskPush)
}

function enter(fresh: Session): void {
  takeMessages(fresh).catch(() => undefined)
  // Another person's screens must not stay open behind a new sign-in.
  if (session.value && session.value.user.id !== fresh.user.id) {
    window.location.reload()
    return
  }
  const again = state.value === 'expired'
  session.value = fresh
  state.value = 'in'
  if (again) catchUp()
}

/** Asks the centre who we are; called once at start and on "try again". */
export async function restoreSession(): Promise<void> {
  state.value = 'checking'
  try {
    enter(await desk.session())
  } catch (error) {
    const refused = error instanceof Refusal && error.status === 401
    state.value = refused ? 'out' : 'unreachable'
  }
}

/** Signs in on this device; throws the `Refusal` for the form to show. */
export async function signIn(username: string, password: string): Promise<void> {
  enter(await desk.signIn(username, password, { id: deviceId(), name: navigator.platform || 'desk' }))
}

/** Ends the session here and on the server, then starts from a clean page. */
export async function signOut(): Promise<void> {
  await desk.signOut()
  await Promise.all([forgetPush(deskPush.scope), leaveProof(null)]).catch(() => undefined)
  window.location.assign('/centre/')
}

/** Whether the signed-in person holds a permission; the server decides, this only spares them a refusal. */
export function may(permission: string): boolean {
  return session.value?.permissions.includes(permission) ?? false
}

function isOpen({ permission, roles }: Room): boolean {
  return may(permission) && (!roles || (session.value?.roles.some(({ role }) => roles.includes(role)) ?? false))
}

/** The signed-in person and the rooms of the desk that stand open to them. */
export function useSession() {
  const openRooms = computed(() => rooms.filter(isOpen))
  return { session, state, openRooms }
}
