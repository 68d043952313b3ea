/** The live channel while the app is in front: the server says that something is new, the engine fetches it. */
import { onScopeDispose } from 'vue'
import { useI18n } from '../../i18n'
import { useRouter } from 'vue-router'
import { httpOf } from '../../api/session'
import { toast } from '../../ui/toast'
import { useCurrent } from '../session/current'

interface LiveMessage {
  message_id: string
  title: string
  task_id: string | null
  url: string | null
}

const REOPEN_MS = 60_000

/** Keeps the channel open while the calling component lives; without it the engine's own timer goes on. */
export function useLive(): void {
  const { db, engine, user } = useCurrent()
  const { t, locale } = useI18n()
  const router = useRouter()
  const http = httpOf(db)
  let source: EventSource | null = null
  let reopen = 0

  /** Receipts are a courtesy to the desk: a lost one must not disturb the worker. */
  function receipt(id: string, event: 'delivered' | 'read'): void {
    const path = `/api/messages/${encodeURIComponent(id)}/receipts`
    http.send({ method: 'POST', path, json: { event, channel: 'live' } }).catch(() => undefined)
  }

  function onMessage(event: MessageEvent<string>): void {
    const message = JSON.parse(event.data) as LiveMessage
    void engine.kick('live')
    receipt(message.message_id, 'delivered')
    const run = (): void => {
      receipt(message.message_id, 'read')
      void router.push(message.task_id ? { name: 'task', params: { id: message.task_id } } : (message.url ?? '/'))
    }
    // Titles are written in Chinese.
    const about = t(message.task_id ? 'field.shell.task_news' : 'field.shell.news')
    toast(locale.value === 'en' ? about : message.title, { tone: 'info', action: { label: t('field.shell.open'), run } })
  }

  function close(): void {
    window.clearTimeout(reopen)
    source?.close()
    source = null
  }

  function open(): void {
    if (source || !user.live_url || document.visibilityState !== 'visible') return
    const opened = new EventSource(user.live_url, { withCredentials: true })
    source = opened
    opened.addEventListener('change', () => void engine.kick('live'))
    opened.addEventListener('message', onMessage)
    opened.addEventListener('error', () => {
      // The browser tries again by itself, unless the server refused: then we ask later.
      if (opened.readyState !== EventSource.CLOSED) return
      close()
      reopen = window.setTimeout(open, REOPEN_MS)
    })
  }

  function followVisibility(): void {
    if (document.visibilityState === 'visible') open()
    else close()
  }

  open()
  document.addEventListener('visibilitychange', followVisibility)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', followVisibility)
    close()
  })
}
