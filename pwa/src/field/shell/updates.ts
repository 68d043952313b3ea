/** What the service worker tells the app: sync now, open this page, a new version waits. */
import { shallowRef } from 'vue'
import { onceWhole, whenWhole } from '../../db/half-written'
import { registerWorker } from '../../sw/register'
import { router } from '../router'
import { current } from '../session/current'

/** Lets the waiting version in as soon as nothing is half written, in whatever window; null while there is none. */
export const letUpdateIn = shallowRef<(() => Promise<void>) | null>(null)

/** Starts the service worker's side of the app. */
export function startWorker(): void {
  void registerWorker({
    sync: () => void current.value?.engine.kick('live'),
    open: (url) => void router.push(new URL(url, window.location.origin).pathname),
    update: (letIn) => { letUpdateIn.value = () => onceWhole(letIn) },
    replaced: () => void whenWhole().then(() => { window.location.reload() }),
  })
}
