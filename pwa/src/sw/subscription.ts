/** Web Push on this device, for either app: permission, subscription, and telling the server of it. */

export type PushState = 'unsupported' | 'denied' | 'off' | 'on'

/** An app as push sees it. */
export interface PushApp {
  /** The addresses that its worker stands for. */
  scope: string
  /** The worker, ready to be subscribed. */
  worker: () => Promise<ServiceWorkerRegistration>
  /** Says to the server where this browser takes pushes, or takes none any more. */
  tell: (method: 'POST' | 'DELETE', where: PushSubscriptionJSON) => Promise<unknown>
}

function supported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
}

function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const padded = base64url.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(base64url.length / 4) * 4, '=')
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0))
}

/** What the app's own worker is subscribed to; the other app's on the same device is none of its business. */
async function subscribed(scope: string): Promise<PushSubscription | null> {
  if (!supported()) return null
  const registration = await navigator.serviceWorker.getRegistration(scope)
  const own = registration !== undefined && new URL(registration.scope).pathname === scope
  return own ? registration.pushManager.getSubscription() : null
}

function whereOf(subscription: PushSubscription): PushSubscriptionJSON {
  const { endpoint = '', keys = {} } = subscription.toJSON()
  return { endpoint, keys }
}

/** Whether messages reach this device while the app is closed. */
export async function pushState({ scope }: PushApp): Promise<PushState> {
  if (!supported()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return (await subscribed(scope)) ? 'on' : 'off'
}

/** Asks the person and the push service, then tells the server; throws what the network said. */
export async function turnPushOn({ worker, tell }: PushApp, vapidKey: string): Promise<PushState> {
  if (!supported()) return 'unsupported'
  const answer = await Notification.requestPermission()
  if (answer !== 'granted') return answer === 'denied' ? 'denied' : 'off'
  const { pushManager } = await worker()
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(vapidKey) })
  await tell('POST', whereOf(subscription))
  return 'on'
}

/** Forgets the subscription here and on the server. */
export async function turnPushOff({ scope, tell }: PushApp): Promise<PushState> {
  const subscription = await subscribed(scope)
  if (!subscription) return 'off'
  await tell('DELETE', { endpoint: subscription.endpoint })
  await subscription.unsubscribe()
  return 'off'
}

/** Says anew where pushes are taken: whoever is signed in here now gets them, and nobody who was before. */
export async function renewPush({ scope, tell }: PushApp): Promise<void> {
  const subscription = await subscribed(scope)
  if (subscription) await tell('POST', whereOf(subscription))
}

/** Takes this device off the push service, also without a network: the next person here gets none of it. */
export async function forgetPush(scope: string): Promise<void> {
  await (await subscribed(scope))?.unsubscribe()
}
