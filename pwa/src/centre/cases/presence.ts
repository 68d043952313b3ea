import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { desk } from '../../api/desk'
import type { PresenceMode, PresenceNews, Present } from '../../api/desk-queue'
import { onPresence } from '../live/live'
import { useSession } from '../session/session'

const BEAT_MS = 10_000
const LASTS_MS = 25_000

type Seen = Present & { until: number }

/** By case: who else has it open, as far as this desk has heard. */
const present = shallowRef<ReadonlyMap<string, Seen[]>>(new Map())

/** Whether this person is filling in a form of the case that is open. */
export const acting = ref(false)

function note(id: string, people: readonly Present[], leaver = ''): void {
  const now = Date.now()
  const names = new Set([...people.map(({ user }) => user.id), leaver])
  const others = (present.value.get(id) ?? []).filter(({ user, until }) => until > now && !names.has(user.id))
  const next = new Map(present.value)
  next.set(id, [...others, ...people.map((person) => ({ ...person, until: now + LASTS_MS }))])
  if (next.get(id)?.length === 0) next.delete(id)
  present.value = next
}

/** Drops those of whom nothing was heard for too long. */
function sweep(): void {
  for (const id of present.value.keys()) note(id, [])
}

let heard = 0

function listen(): void {
  if (heard++ > 0) return
  const { session } = useSession()
  onPresence(({ id, user, mode }: PresenceNews) => {
    if (user.id === session.value?.user.id) return
    note(id, mode ? [{ user, mode }] : [], user.id)
  })
  window.setInterval(sweep, 5000)
}

/** Who else has cases open. */
export function usePresent() {
  listen()
  return present
}

/** Tells the others that this person has the case open, for as long as the screen shows it. */
export function usePresence(id: () => string): void {
  listen()
  let told = ''

  function leave(): void {
    if (told !== '') desk.gone(told).catch(() => undefined)
    told = ''
  }

  async function beat(): Promise<void> {
    const [about, mode]: [string, PresenceMode] = [id(), acting.value ? 'editing' : 'viewing']
    if (document.visibilityState === 'hidden') return
    if (told !== about) leave()
    told = about
    note(about, await desk.here(about, mode))
  }

  const quietly = (): void => { beat().catch(() => undefined) }
  const timer = window.setInterval(quietly, BEAT_MS)
  window.addEventListener('pagehide', leave)
  watch([id, acting], quietly, { immediate: true })
  onScopeDispose(() => {
    window.clearInterval(timer)
    window.removeEventListener('pagehide', leave)
    leave()
  })
}
