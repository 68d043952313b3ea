/** What travels between server, service worker and windows. */

/** The payload of a push; it carries no personal data. */
export interface PushMessage {
  message_id: string
  title: string
  body: string
  url: string
  urgency: 'normal' | 'urgent'
  /** The notification whose place it takes, without ringing again; none: its own. */
  tag?: string
  /** All that it stands for, where they are several. */
  message_ids?: string[]
}

/** The messages that a push stands for. */
export function idsOf({ message_id, message_ids }: PushMessage): string[] {
  return message_ids?.length ? message_ids : [message_id]
}

/** From a window to the worker. */
export interface ToWorker {
  type: 'SKIP_WAITING'
}

/** Whether an address is looked at in the desk's app; all other screens are the phone's or the residents'. */
export function atDesk(path: string): boolean {
  return /^\/centre(\/|$)/.test(path)
}

/** Where the desk shows what a message is about; null where only the phone does. */
export function deskAddress(url: string): string | null {
  if (url.startsWith('/centre/')) return url.slice('/centre'.length)
  return /^\/tasks\/./.test(url) ? url : null
}

/** From the worker to the windows: something has changed, or a message was tapped. */
export type ToWindow = { type: 'sync'; message_id: string } | { type: 'open'; url: string }

/** Whether the payload is a message of ours. */
export function isMessage(value: unknown): value is PushMessage {
  const message = value as Partial<PushMessage> | null | undefined
  return typeof message?.message_id === 'string' && typeof message.title === 'string' && typeof message.url === 'string'
}

/** The message in a push, or null: whatever else arrives must not stop the worker. */
export function messageIn(text: string | undefined): PushMessage | null {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isMessage(value) ? value : null
  } catch {
    return null
  }
}
