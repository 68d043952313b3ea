/// <reference lib="webworker" />
/** What either app's worker does with a push: shows it, says that it came, and opens what it is about. */
import { receiptOf } from '../api/receipts'
import { idsOf, isMessage, messageIn, type PushMessage } from './messages'

declare const self: ServiceWorkerGlobalScope

/** Whose bell it is. */
interface App {
  /** Whether a window at this address is the app's. */
  isOwn: (path: string) => boolean
  /** The app's screen for what a message is about. */
  screenOf: (url: string) => string
  /** More to be done with a message that has come. */
  onPush?: (message: PushMessage) => Promise<void>
}

/** All windows of the house, of both apps. */
export function windows(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true })
}

/** Receipts are a courtesy to the dispatcher: without a connection the message is shown all the same. */
async function receipt(message: PushMessage, event: 'delivered' | 'read'): Promise<void> {
  for (const id of idsOf(message)) {
    const { path, init } = await receiptOf(id, event)
    await fetch(path, init).catch(() => undefined)
  }
}

async function show(message: PushMessage): Promise<void> {
  const urgent = message.urgency === 'urgent'
  await self.registration.showNotification(message.title, {
    body: message.body, tag: message.tag ?? message.message_id, lang: 'zh-CN', icon: '/icons/icon-192.png',
    badge: '/icons/badge-96.png', requireInteraction: urgent, data: message,
  })
  const shown = await self.registration.getNotifications()
  const badging: Partial<Pick<typeof self.navigator, 'setAppBadge'>> = self.navigator
  await badging.setAppBadge?.(shown.length).catch(() => undefined)
}

async function open(url: string, { isOwn, screenOf }: App): Promise<void> {
  const target = new URL(url, self.location.origin)
  // A message may only lead into our own app, whatever it says.
  const screen = screenOf(target.origin === self.location.origin ? `${target.pathname}${target.search}` : '/')
  const own = (address: string): boolean => isOwn(new URL(address, self.location.origin).pathname)
  const window = own(screen) ? (await windows()).find((client) => own(client.url)) : undefined
  if (window === undefined) {
    await self.clients.openWindow(screen)
    return
  }
  window.postMessage({ type: 'open', url: screen })
  await window.focus()
}

/** Rings for an app from now on. */
export function ring(app: App): void {
  self.addEventListener('push', (event) => {
    const message = messageIn(event.data?.text())
    if (message === null) return
    event.waitUntil(Promise.all([show(message), receipt(message, 'delivered'), app.onPush?.(message)]))
  })

  self.addEventListener('notificationclick', (event) => {
    event.notification.close()
    const message: unknown = event.notification.data
    if (!isMessage(message)) return
    event.waitUntil(Promise.all([open(message.url, app), receipt(message, 'read')]))
  })
}
