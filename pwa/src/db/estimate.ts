/** What the browser says of the room that it grants. */
const GIB = 2 ** 30

/** Bytes; nothing where the browser does not tell. */
export type Estimate = Pick<StorageEstimate, 'usage' | 'quota'>

/** Chromium from 138 on names whole gibibytes as left, whatever is: so that sites cannot tell a private window. */
function isMadeUp({ usage = 0, quota = 0 }: Estimate): boolean {
  return quota > usage && (quota - usage) % GIB === 0
}

/** What is used and granted; nothing where that is not told (old Safari, pages without TLS, some web views) or made up. */
export async function estimateRoom(): Promise<Estimate> {
  const storage = (globalThis.navigator as { storage?: Partial<StorageManager> | null }).storage
  const told = (await storage?.estimate?.()) ?? {}
  return isMadeUp(told) ? {} : told
}
