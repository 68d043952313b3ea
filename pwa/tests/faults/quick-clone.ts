/** `structuredClone` for what the phone's stores hold: plain rows at a fraction of the time, anything else by Node's own. */
const thorough = globalThis.structuredClone

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype

export function quickClone<T>(value: T): T {
  if (value === null || !['object', 'function', 'symbol'].includes(typeof value)) return value
  if (Array.isArray(value)) return value.map(quickClone) as T
  if (typeof value !== 'object' || !isPlain(value)) return thorough(value)
  const copy: Record<string, unknown> = {}
  for (const [key, held] of Object.entries(value)) copy[key] = quickClone(held)
  return copy as T
}
