import { computed } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'

export type Filters<K extends string> = Record<K, string>

/** Reads the named filters out of the URL; what is missing or repeated is blank. */
export function readFilters<K extends string>(query: LocationQuery, keys: readonly K[]): Filters<K> {
  const entries = keys.map((key) => [key, typeof query[key] === 'string' ? query[key] : ''])
  return Object.fromEntries(entries) as Filters<K>
}

/** Writes filters into a URL query, keeping what is not a filter and leaving blanks out. */
export function writeFilters<K extends string>(query: LocationQuery, filters: Filters<K>): LocationQuery {
  const rest = Object.entries(query).filter(([key]) => !(key in filters))
  const chosen = Object.entries<string>(filters).filter(([, value]) => value !== '')
  return Object.fromEntries([...rest, ...chosen])
}

/**
 * The filters of a screen, kept in the URL alone: a reload or a shared link shows the same list.
 * `clears` names the filters that lose their meaning when another one changes.
 */
export function useFilters<K extends string>(
  keys: readonly K[],
  clears: Partial<Record<K, readonly K[]>> = {},
) {
  const route = useRoute()
  const router = useRouter()
  const filters = computed(() => readFilters(route.query, keys))
  const active = computed(() => keys.some((key) => filters.value[key] !== ''))

  function set(key: K, value: string): void {
    if (filters.value[key] === value) return
    const next: Record<string, string> = { ...filters.value, [key]: value }
    for (const lost of clears[key] ?? []) next[lost] = ''
    void router.replace({ query: writeFilters(route.query, next as Filters<K>) })
  }

  function setAll(changes: Partial<Filters<K>>): void {
    void router.replace({ query: writeFilters(route.query, { ...filters.value, ...changes }) })
  }

  function reset(): void {
    const blank = Object.fromEntries(keys.map((key) => [key, ''])) as Filters<K>
    void router.replace({ query: writeFilters(route.query, blank) })
  }

  return { filters, active, set, setAll, reset }
}
