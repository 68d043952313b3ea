/** What stands on a door label, as it was scanned or typed. */

/** Signs of a token as backend/houses/models.py draws them: none that is taken for another. */
const TOKEN = /^[2-9A-HJ-NP-Z]{8}$/
const HOUSE_CODE = /^\d[\d-]{5,30}$/

/** The token or the house code in a text; null where it is neither of ours. */
export function labelIn(text: string): string | null {
  const address = /\/h\/([^/?#\s]+)\/?$/.exec(text.trim())?.[1]
  const label = (address ?? text).replace(/\s/g, '').toUpperCase()
  return TOKEN.test(label) || HOUSE_CODE.test(label) ? label : null
}
