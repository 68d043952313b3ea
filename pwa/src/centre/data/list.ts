import { onScopeDispose, ref, shallowRef, watch, type ShallowRef } from 'vue'
import type { Query } from '../../api/desk'
import type { LiveChange, Page } from '../../api/desk-records'
import { onLive } from '../live/live'
import { appendPage, mergeTop } from './merge'
import { settle } from './settle'

const PAGE = 50
const MAX_PAGE = 200
const SETTLE_MS = 800

/** What is urgent and open stands this far before all others, as the server lists it. */
export const AHEAD_MS = 365_000 * 86_400_000

export interface ListSource<T> {
  fetch: (query: Query, signal?: AbortSignal) => Promise<Page<T>>
  query: () => Query
  /** What the server sorts by, descending: milliseconds. Without it a fresh first page takes the place of the old one. */
  order?: (row: T) => number
  kinds: LiveChange['kind'][]
}

export type RecordList<T extends { id: string }> = ReturnType<typeof useList<T>>

/** A paged list that follows its query and the live channel; `arrived` counts rows that came in by themselves. */
export function useList<T extends { id: string }>(source: ListSource<T>) {
  const rows: ShallowRef<T[]> = shallowRef([])
  const state = ref<'loading' | 'ready' | 'error'>('loading')
  const error = shallowRef<unknown>(null)
  const next = ref<string | null>(null)
  const arrived = ref(0)
  let running = new AbortController()

  function restart(): AbortSignal {
    running.abort()
    running = new AbortController()
    return running.signal
  }

  async function load(): Promise<void> {
    const signal = restart()
    state.value = 'loading'
    try {
      const page = await source.fetch({ ...source.query(), limit: PAGE }, signal)
      rows.value = page.items
      next.value = page.next
      arrived.value = 0
      state.value = 'ready'
    } catch (failure) {
      if (signal.aborted) return
      error.value = failure
      state.value = 'error'
    }
  }

  async function loadMore(): Promise<void> {
    if (next.value === null) return
    const { signal } = running
    const page = await source.fetch({ ...source.query(), limit: PAGE, cursor: next.value }, signal)
    if (signal.aborted) return
    rows.value = appendPage(rows.value, page.items)
    next.value = page.next
  }

  async function refresh(): Promise<void> {
    if (state.value !== 'ready') {
      if (state.value === 'error') await load()
      return
    }
    const { signal } = running
    const limit = Math.min(MAX_PAGE, Math.max(PAGE, rows.value.length))
    const page = await source.fetch({ ...source.query(), limit }, signal)
    if (signal.aborted) return
    const merged = mergeTop(rows.value, page.items, source.order ?? (() => 0), page.next === null)
    if (rows.value.length <= page.items.length) next.value = page.next
    rows.value = merged.rows
    if (source.order) arrived.value += merged.arrived
  }

  const soon = settle(() => { refresh().catch(() => undefined) }, SETTLE_MS)
  onScopeDispose(onLive((change) => {
    if (change === null || source.kinds.includes(change.kind)) soon()
  }))
  onScopeDispose(() => { running.abort() })
  // By value: opening a record changes the route, and with it the query's identity, but not what it says.
  watch(() => JSON.stringify(source.query()), load, { immediate: true })

  return { rows, state, error, next, arrived, load, loadMore, refresh: soon }
}
