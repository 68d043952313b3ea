/// <reference lib="webworker" />
/** The field app's service worker: starts with no network, and brings messages when the app is closed. */
import { createHandlerBoundToURL, precacheAndRoute, cleanupOutdatedCaches } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

import { receiptOf } from '../api/receipts'
import { idsOf, isMessage, messageIn, type PushMessage, type ToWorker } from './messages'

declare const self: ServiceWorkerGlobalScope

/** Pages of the centre and of residents, and doors of the server: the phone never answers for them. */
const NOT_OURS = [/^\/centre(\/|$)/, /^\/r(\/|$)/, /^\/api\//, /^\/sync\//, /^\/live(\/|$)/, /^\/problems\//, /^\/ca\.crt$/]

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/field.html'), { denylist: NOT_OURS }))

self.addEventListener('install', () => {
  // The very first version may serve at once; a later one waits until the app says that nothing is being written.
  if (self.registration.active === null) void self.skipWaiting()
})

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim())
})

self.addEventListener('message', (event: ExtendableMessageEvent) => {
  if ((event.data as ToWorker | undefined)?.type === 'SKIP_WAITING') void self.skipWaiting()
})

async function tellWindows(message: object): Promise<void> {
  for (const client of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    client.postMessage(message)
  }
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

self.addEventListener('push', (event) => {
  const message = messageIn(event.data?.text())
  if (message === null) return
  const { message_id } = message
  event.waitUntil(
    Promise.all([show(message), receipt(message, 'delivered'), tellWindows({ type: 'sync', message_id })]),
  )
})

async function open(url: string): Promise<void> {
  const target = new URL(url, self.location.origin)
  // A message may only lead into our own app, whatever it says.
  const path = target.origin === self.location.origin ? `${target.pathname}${target.search}` : '/'
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const field = windows.find((client) => !NOT_OURS.some((pattern) => pattern.test(new URL(client.url).pathname)))
  if (field === undefined) {
    await self.clients.openWindow(path)
    return
  }
  await field.focus()
  field.postMessage({ type: 'open', url: path })
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const message: unknown = event.notification.data
  if (!isMessage(message)) return
  event.waitUntil(Promise.all([open(message.url), receipt(message, 'read')]))
})
