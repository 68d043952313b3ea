/** The app's side of the service worker: registers it, hears it, and lets a new version in at a good moment. */
import type { ToWindow } from './messages'

export interface WorkerEvents {
  /** Something changed on the server: sync. */
  sync(messageId: string): void
  /** A message was tapped: go there. */
  open(url: string): void
  /** A new version waits; `letIn` starts it, and resolves when it serves. Call it when nothing is half written. */
  update(letIn: () => Promise<void>): void
  /** A new version serves, let in by this window or another: the page is of the old one. */
  replaced(): void
}

/** Registers the worker where the browser has them; false inside web views that do not. */
export async function registerWorker(events: WorkerEvents): Promise<boolean> {
  const container = (navigator as Partial<Navigator>).serviceWorker
  if (container === undefined || import.meta.env.DEV) return false
  container.addEventListener('message', ({ data }: MessageEvent<ToWindow>) => {
    if (data.type === 'sync') events.sync(data.message_id)
    else events.open(data.url)
  })
  // The very first version takes over a page that it did not bring: nothing is replaced by that.
  if (container.controller) container.addEventListener('controllerchange', () => { events.replaced() }, { once: true })
  try {
    watch(await container.register('/sw.js'), events)
    return true
  } catch {
    // A private window, or a certificate that the phone does not trust: the app works online.
    return false
  }
}

function watch(registration: ServiceWorkerRegistration, events: WorkerEvents): void {
  if (registration.waiting) offer(registration.waiting, events)
  registration.addEventListener('updatefound', () => {
    const fresh = registration.installing
    fresh?.addEventListener('statechange', () => {
      if (fresh.state === 'installed' && navigator.serviceWorker.controller) offer(fresh, events)
    })
  })
}

function offer(worker: ServiceWorker, events: WorkerEvents): void {
  events.update(() => new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => { resolve() }, { once: true })
    worker.postMessage({ type: 'SKIP_WAITING' })
  }))
}
