/** Web Push as the desk takes it: by a worker of its own, which is there only where somebody wants it. */
import { desk } from '../../api/desk'
import { deskAddress, type ToWindow } from '../../sw/messages'
import type { PushApp } from '../../sw/subscription'

/** Resolves when the worker serves: only then can it be subscribed. */
async function serving(registration: ServiceWorkerRegistration): Promise<ServiceWorkerRegistration> {
  const fresh = registration.installing ?? registration.waiting
  if (registration.active || !fresh) return registration
  return new Promise((resolve, reject) => {
    fresh.addEventListener('statechange', () => {
      if (fresh.state === 'activated') resolve(registration)
      if (fresh.state === 'redundant') reject(new Error('the worker could not be installed'))
    })
  })
}

/** The desk in this browser. */
export const deskPush: PushApp = {
  scope: '/centre/',
  worker: async () => serving(await navigator.serviceWorker.register('/centre/sw.js')),
  tell: (method, where) => desk.takePushes(method, where),
}

/** Goes where a notification leads that was tapped while the desk stands open. */
export function hearTaps(go: (address: string) => void): void {
  const container = (navigator as Partial<Navigator>).serviceWorker
  container?.addEventListener('message', ({ data }: MessageEvent<ToWindow>) => {
    if (data.type === 'open') go(deskAddress(data.url) ?? '/')
  })
}
