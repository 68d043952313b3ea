/** Web Push as the phone's app takes it: by the worker that starts it offline. */
import { httpOf } from '../../api/session'
import type { GridfieldDb } from '../../db/open'
import type { PushApp } from '../../sw/subscription'

/** The field app of whoever is signed in. */
export function fieldPush(db: GridfieldDb): PushApp {
  return {
    scope: '/',
    worker: () => navigator.serviceWorker.ready,
    tell: (method, json) => httpOf(db).send({ method, path: '/api/push/subscriptions', json }),
  }
}
