/** Web Push on this phone: permission, subscription, and telling the server of it. */
import { httpOf } from '../../api/session'
import type { GridfieldDb } from '../../db/open'

export type PushState = 'unsupported' | 'denied' | 'off' | 'on'

function supported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
}

function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const padded = base64url.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(base64url.length / 4) * 4, '=')
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0))
}

/** Whether messages reach this phone while the app is closed. */
export async function pushState(): Promise<PushState> {
  if (!supported()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ? 'on' : 'off'
}

/** Asks the worker and the push service, then tells the server; throws what the network said. */
export async function turnPushOn(db: GridfieldDb, vapidKey: string): Promise<PushState> {
  if (!supported()) return 'unsupported'
  if ((await Notification.requestPermission()) !== 'granted') return 'denied'
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(vapidKey),
  })
  const { endpoint, keys } = subscription.toJSON()
  await httpOf(db).send({ method: 'POST', path: '/api/push/subscriptions', json: { endpoint, keys } })
  return 'on'
}

/** Forgets the subscription here and on the server. */
export async function turnPushOff(db: GridfieldDb): Promise<PushState> {
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.getSubscription()
  if (!subscription) return 'off'
  const json = { endpoint: subscription.endpoint }
  await httpOf(db).send({ method: 'DELETE', path: '/api/push/subscriptions', json })
  await subscription.unsubscribe()
  return 'off'
}

/** Takes this phone off the push service, also without a network: the next person here gets none of it. */
export async function forgetPush(): Promise<void> {
  if (!supported()) return
  const registration = await navigator.serviceWorker.getRegistration()
  await (await registration?.pushManager.getSubscription())?.unsubscribe()
}
