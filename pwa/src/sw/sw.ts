/// <reference lib="webworker" />
/** The field app's service worker: starts with no network, and brings messages when the app is closed. */
import { createHandlerBoundToURL, precacheAndRoute, cleanupOutdatedCaches } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

import { ring, windows } from './bell'
import type { PushMessage, ToWorker } from './messages'

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

async function syncNow({ message_id }: PushMessage): Promise<void> {
  for (const client of await windows()) client.postMessage({ type: 'sync', message_id })
}

ring({
  isOwn: (path) => !NOT_OURS.some((pattern) => pattern.test(path)),
  screenOf: (url) => url,
  onPush: syncNow,
})
