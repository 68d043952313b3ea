/** Cache Storage, as far as it is needed: the browser's part that the test surroundings lack. */
export function fakeCaches(): CacheStorage {
  const stores = new Map<string, Map<string, string>>()
  const open = (name: string): Promise<unknown> => {
    const store = stores.get(name) ?? new Map<string, string>()
    stores.set(name, store)
    return Promise.resolve({
      match: (key: string) => Promise.resolve(store.has(key) ? new Response(store.get(key)) : undefined),
      put: async (key: string, response: Response) => { store.set(key, await response.text()) },
      delete: (key: string) => Promise.resolve(store.delete(key)),
    })
  }
  return { open } as unknown as CacheStorage
}
