/** Receipts of messages, sent by a window or by the service worker, which has no session of its own in memory. */

const PROOF_CACHE = 'gridfield-proof'
const PROOF_PATH = '/csrf-proof'

/** Leaves the CSRF token where the service worker finds it; called at every sign-in. */
export async function leaveProof(token: string | null): Promise<void> {
  if (typeof caches === 'undefined') return
  const cache = await caches.open(PROOF_CACHE)
  if (token === null) await cache.delete(PROOF_PATH)
  else await cache.put(PROOF_PATH, new Response(token))
}

async function proof(): Promise<string> {
  const found = await (await caches.open(PROOF_CACHE)).match(PROOF_PATH)
  return found ? found.text() : ''
}

/** The request that tells the dispatcher that a message arrived or was read. */
export async function receiptOf(
  messageId: string, event: 'delivered' | 'read', channel: 'push' | 'live' = 'push',
): Promise<{ path: string; init: RequestInit }> {
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': await proof() }
  const body = JSON.stringify({ event, channel })
  return {
    path: `/api/messages/${encodeURIComponent(messageId)}/receipts`,
    init: { method: 'POST', headers, body, credentials: 'same-origin' },
  }
}
