/** Doors to other systems, as `/api/tokens` and `/api/webhooks` have them. */
import type { Named } from './desk-records'

export interface PartnerToken {
  id: string
  name: string
  hint: string
  org_unit: Named
  scopes: string[]
  state: 'active' | 'expired' | 'revoked'
  created_at: string
  expires_at: string
  last_used_at: string | null
}

export interface NewPartnerToken {
  name: string
  org_unit_id: string
  scopes: string[]
  expires_at: string
}

export interface WebhookEndpoint {
  id: string
  name: string
  url: string
  events: string[]
  org_unit: Named
  failing_since: string | null
  disabled_at: string | null
  disabled_why: string | null
  queued: number
  failed: number
}

export interface NewWebhookEndpoint {
  name: string
  url: string
  org_unit_id: string
  events: string[]
}

export interface WebhookMessage {
  id: string
  event: string
  created_at: string
  state: 'queued' | 'sent' | 'failed'
  tries: { at: string; status: number | null; error: string | null; took_ms: number }[]
}

export const SCOPES = ['cases:read', 'cases:write-hotline', 'open311:read', 'reports:write'] as const
export const EVENTS = ['case.opened', 'case.changed', 'case.closed'] as const
