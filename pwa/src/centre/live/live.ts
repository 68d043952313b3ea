import { computed, ref, shallowReactive } from 'vue'
import { onReach } from '../../api/desk'
import type { LiveMessage } from '../../api/desk-messages'
import type { PresenceNews } from '../../api/desk-queue'
import type { LiveChange } from '../../api/desk-records'

/** What a listener hears: one change, or null when anything may have changed (after a gap, or on a poll). */
export type LiveListener = (change: LiveChange | null) => void

const POLL_MS = 20_000

const listeners = new Set<LiveListener>()
const readers = new Set<(message: LiveMessage) => void>()
const onlookers = new Set<(news: PresenceNews) => void>()
const streaming = ref(false)
const channel = shallowReactive({ reached: true, lastAt: Date.now() })
let source: EventSource | undefined
let polling: number | undefined

onReach((reached) => {
  channel.reached = reached
  if (reached) channel.lastAt = Date.now()
})

function tell(change: LiveChange | null): void {
  for (const listener of listeners) listener(change)
}

function opened(): void {
  // Whatever happened while the stream was down was not announced to us.
  if (polling !== undefined) tell(null)
  window.clearInterval(polling)
  polling = undefined
  streaming.value = true
  channel.reached = true
  channel.lastAt = Date.now()
}

function broken(): void {
  streaming.value = false
  polling ??= window.setInterval(() => { tell(null) }, POLL_MS)
}

function heard(event: MessageEvent<string>): void {
  channel.lastAt = Date.now()
  tell(JSON.parse(event.data) as LiveChange)
}

function connect(url: string): void {
  source?.close()
  source = new EventSource(url, { withCredentials: true })
  source.addEventListener('open', opened)
  source.addEventListener('error', () => {
    broken()
    // A refused stream (not a dropped one) is not retried by the browser.
    if (source?.readyState === EventSource.CLOSED) window.setTimeout(() => { connect(url) }, POLL_MS)
  })
  source.addEventListener('change', heard)
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    for (const listener of readers) listener(JSON.parse(data) as LiveMessage)
  })
  source.addEventListener('presence', ({ data }: MessageEvent<string>) => {
    for (const listener of onlookers) listener(JSON.parse(data) as PresenceNews)
  })
}

/** Opens the live channel and keeps it; without one, or while it is down, the desk polls every 20 s. */
export function startLive(url: string | null): void {
  broken()
  if (url !== null) connect(url)
  window.addEventListener('online', () => { tell(null) })
}

/** Makes every screen ask again, as after a gap. */
export function catchUp(): void {
  tell(null)
}

/** Hears of changes until the answered function is called. */
export function onLive(listener: LiveListener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Hears messages for this person until the answered function is called. */
export function onMessage(listener: (message: LiveMessage) => void): () => void {
  readers.add(listener)
  return () => readers.delete(listener)
}

/** Hears who opens and closes cases, until the answered function is called. */
export function onPresence(listener: (news: PresenceNews) => void): () => void {
  onlookers.add(listener)
  return () => onlookers.delete(listener)
}

/** How fresh the desk is: `live`, `polling` or `offline`, and when the centre last spoke. */
export function useLive() {
  const status = computed(() => {
    if (!channel.reached) return 'offline'
    return streaming.value ? 'live' : 'polling'
  })
  return { status, channel }
}
