/** The browser's offer to install the app comes once, early: it is kept for the 我的 page. */
import { shallowRef } from 'vue'

interface InstallOffer extends Event {
  prompt(): Promise<void>
  readonly userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }>
}

const offer = shallowRef<InstallOffer | null>(null)

window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  offer.value = event as InstallOffer
})

/** Whether the browser has offered to install. */
export const canInstall = offer

/** Takes the offer up; true when the worker agreed. */
export async function install(): Promise<boolean> {
  const kept = offer.value
  if (!kept) return false
  await kept.prompt()
  const { outcome } = await kept.userChoice
  offer.value = null
  return outcome === 'accepted'
}
