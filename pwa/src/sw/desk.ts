/// <reference lib="webworker" />
/** The desk's service worker: brings messages while no window is open. The desk itself is never kept here. */
import { ring } from './bell'
import { atDesk, deskAddress } from './messages'

declare const self: ServiceWorkerGlobalScope

// It holds nothing that an open window could miss: a new version serves at once.
self.addEventListener('install', () => { void self.skipWaiting() })

ring({ isOwn: atDesk, screenOf: (url) => `/centre${deskAddress(url) ?? '/'}` })
