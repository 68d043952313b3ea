/** The stores of a phone as plain JSON: what a released version has left on phones, to be opened by every later one. */
export interface Recording {
  version: number
  stores: Record<string, RecordedStore>
}

interface RecordedStore {
  keyPath: string | string[]
  indexes: { name: string; keyPath: string | string[]; unique: boolean }[]
  rows: unknown[]
}

/** Dexie counts in tens. */
const DEXIE = 10

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => { resolve(request.result) }
    request.onerror = () => { reject(request.error ?? new Error('failed')) }
  })
}

const packed = (_key: string, value: unknown): unknown =>
  value instanceof ArrayBuffer ? { $bytes: Buffer.from(value).toString('base64') } : value

const unpacked = (_key: string, value: unknown): unknown => {
  const bytes = (value as { $bytes?: string } | null)?.$bytes
  return bytes === undefined ? value : Uint8Array.from(Buffer.from(bytes, 'base64')).buffer
}

const pathOf = (path: string | string[]): string | string[] => (Array.isArray(path) ? [...path] : path)

/** Reads a database as it stands, without any code of ours. */
export async function record(name: string): Promise<string> {
  const db = await settled(indexedDB.open(name))
  const transaction = db.transaction([...db.objectStoreNames])
  const stores: Record<string, RecordedStore> = {}
  for (const store of [...db.objectStoreNames].map((one) => transaction.objectStore(one))) {
    const indexes = [...store.indexNames].map((one) => store.index(one))
      .map((index) => ({ name: index.name, keyPath: pathOf(index.keyPath), unique: index.unique }))
    stores[store.name] = { keyPath: pathOf(store.keyPath ?? ''), indexes, rows: await settled(store.getAll()) }
  }
  const recording: Recording = { version: db.version / DEXIE, stores }
  db.close()
  return `${JSON.stringify(recording, packed, 1)}\n`
}

/** The recording in a file's text. */
export function readRecording(text: string): Recording {
  return JSON.parse(text, unpacked) as Recording
}

/** Puts a recording back as a database of its version, again without any code of ours. */
export async function restore(name: string, { version, stores }: Recording): Promise<void> {
  const opening = indexedDB.open(name, version * DEXIE)
  opening.onupgradeneeded = () => {
    for (const [store, { keyPath, indexes }] of Object.entries(stores)) {
      const made = opening.result.createObjectStore(store, { keyPath })
      for (const index of indexes) made.createIndex(index.name, index.keyPath, { unique: index.unique })
    }
  }
  const db = await settled(opening)
  const transaction = db.transaction(Object.keys(stores), 'readwrite')
  for (const [store, { rows }] of Object.entries(stores)) {
    for (const row of rows) await settled(transaction.objectStore(store).put(row))
  }
  db.close()
}
