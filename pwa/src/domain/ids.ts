/** UUIDv7: the client makes ids, the server makes order. */

let lastMs = -1
let counter = 0

/** A fresh UUIDv7 string; sorts by the millisecond it was made in, and within it by the order of making. */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  counter = now === lastMs ? Math.min(counter + 1, 0xfff) : (bytes[7] ?? 0)
  lastMs = now
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256
  bytes[6] = 0x70 | (counter >> 8)
  bytes[7] = counter & 0xff
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
