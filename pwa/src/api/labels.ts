/** What became of the house of a door label that this phone does not know (docs/sync-protocol.md, section 13). */
import type { Http } from './http'

export interface Whereabouts {
  state: 'here' | 'elsewhere' | 'ended'
  /** The grid of a house elsewhere. */
  place: string | null
  /** The house itself, or the one that it was merged into. */
  house_id: string | null
}

/** Throws `ProblemError` not-found for a label that no house ever had. */
export async function whereabouts(http: Http, label: string): Promise<Whereabouts> {
  const { json } = await http.send({ method: 'GET', path: `/sync/labels/${encodeURIComponent(label)}`, timeoutMs: 8000 })
  return json as Whereabouts
}
