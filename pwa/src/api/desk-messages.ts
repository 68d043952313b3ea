/** Messages to people: the log, the call list, how the channels fare, and where one can be reached. */
import type { Named } from './desk-records'

export const CHANNELS = ['live', 'push', 'chat', 'text', 'call'] as const
export type Channel = (typeof CHANNELS)[number]

/** How a message fared on one address. */
export interface Sent {
  channel: Channel
  state: string
  at: string | null
  sent_at: string | null
  delivered_at: string | null
  read_at: string | null
  attempts: number
  next_attempt_at: string | null
  last_error: string | null
}

/** A message for whoever looks at this screen, as it comes. */
export interface LiveMessage {
  message_id: string
  /** Its kind; a restricted one has none. */
  code: string | null
  number: string | null
  title: string
  body: string
  url: string
}

export interface SentMessage {
  id: string
  code: string
  title: string
  number: string | null
  urgency: 'normal' | 'urgent'
  person: Named
  created_at: string
  delivered_at: string | null
  read_at: string | null
  accepted_at: string | null
  deliveries: Sent[]
}

/** Somebody to call, and about what. */
export interface ToCall {
  id: string
  person: Named
  number_masked: string | null
  title: string
  number: string | null
  sent_at: string
  due_at: string
  calls: { at: string; by: string; outcome: Outcome; note: string }[]
}

export type Outcome = 'told' | 'unreached'

/** One way out: a channel over one service. */
export interface Way {
  channel: Channel
  service: string
  owner: string | null
  state: 'well' | 'failing' | 'resting'
  failures: number
  last_success_at: string | null
  last_failure_at: string | null
  last_error: string | null
  paused_until: string | null
}

export interface Channels {
  ways: Way[]
  waiting: Record<Channel, number>
  text_service: 'gateway' | 'aliyun' | 'trial' | null
}

/** When a township's people are not rung, in China's time; without times they always are. `own`: not the system's. */
export interface QuietHours {
  id: string
  name: string
  own: boolean
  since: string | null
  until: string | null
}

export interface Contact {
  id: string
  channel: 'chat' | 'text'
  address_masked: string
  owner: string | null
  proved_at: string | null
}

export interface NewContact {
  channel: Contact['channel']
  address: string
  org_unit_id?: string
  department_id?: string
}
