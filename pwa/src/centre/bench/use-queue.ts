import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { desk, type Query } from '../../api/desk'
import type { QueueCounts, QueueRow } from '../../api/desk-queue'
import { settle } from '../data/settle'
import { onLive } from '../live/live'
import { coveredBy, patch, type BenchRow } from './patch'

const PAGE = 100
const MOST_ASKED = 200
const SETTLE_MS = 600
const COUNT_MS = 3000

/** The queue on screen: it grows by pages, follows the live channel row by row, and never moves by itself. */
export function useQueue(query: () => Record<string, string>) {
  const rows = shallowRef<BenchRow[]>([])
  const state = ref<'loading' | 'ready' | 'error'>('loading')
  const error = shallowRef<unknown>(null)
  const counts = shallowRef<QueueCounts | null>(null)
  const arrived = shallowRef<ReadonlyMap<string, QueueRow>>(new Map())
  const changed = new Set<string>()
  let next: string | null = null
  let growing = false
  let running = new AbortController()

  function restart(): AbortSignal {
    running.abort()
    running = new AbortController()
    return running.signal
  }

  async function count(): Promise<void> {
    const { signal } = running
    const found = await desk.queueCounts(query(), signal)
    if (!signal.aborted) counts.value = found
  }

  async function load(): Promise<void> {
    const signal = restart()
    if (rows.value.length === 0) state.value = 'loading'
    try {
      const [page] = await Promise.all([desk.queue({ ...query(), limit: PAGE }, signal), count()])
      rows.value = page.items
      next = page.next
      arrived.value = new Map()
      state.value = 'ready'
    } catch (failure) {
      if (signal.aborted) return
      error.value = failure
      state.value = 'error'
    }
  }

  /** The next page below. */
  async function grow(): Promise<void> {
    if (next === null || growing) return
    growing = true
    const { signal } = running
    try {
      const page = await desk.queue({ ...query(), limit: MOST_ASKED, cursor: next }, signal)
      if (signal.aborted) return
      const known = new Set(rows.value.map(({ id }) => id))
      rows.value = [...rows.value, ...page.items.filter(({ id }) => !known.has(id))]
      next = page.next
    } finally {
      growing = false
    }
  }

  function take(asked: ReadonlySet<string>, answer: readonly QueueRow[]): void {
    const patched = patch(rows.value, asked, answer)
    rows.value = patched.rows
    const waiting = new Map([...arrived.value].filter(([id]) => !asked.has(id)))
    for (const row of patched.arrived) waiting.set(row.id, row)
    arrived.value = waiting
  }

  async function follow(): Promise<void> {
    const ids = [...changed].slice(0, MOST_ASKED)
    const { signal } = running
    const page = await desk.queue({ ...query(), ids, limit: MOST_ASKED } satisfies Query, signal)
    if (signal.aborted) return
    for (const id of ids) changed.delete(id)
    take(new Set(ids), page.items)
    if (changed.size > 0) soon()
  }

  /** After a gap nobody knows what has changed: the first page tells of its part. */
  async function catchUp(): Promise<void> {
    const { signal } = running
    const page = await desk.queue({ ...query(), limit: PAGE }, signal)
    if (signal.aborted) return
    take(new Set([...coveredBy(page.items, page.next === null, rows.value), ...arrived.value.keys()]), page.items)
  }

  const quietly = (work: Promise<void>): void => { work.catch(() => undefined) }
  const soon = settle(() => { quietly(follow()) }, SETTLE_MS)
  const countSoon = settle(() => { quietly(count()) }, COUNT_MS)
  onScopeDispose(onLive((change) => {
    if (state.value === 'error') void load()
    else if (change === null) quietly(catchUp())
    else if (change.kind === 'case') {
      changed.add(change.id)
      soon()
    }
    if (change === null || change.kind === 'case') countSoon()
  }))
  onScopeDispose(() => { running.abort() })
  watch(() => JSON.stringify(query()), () => {
    rows.value = []
    void load()
  }, { immediate: true })

  return { rows, state, error, counts, arrived, load, grow: () => { quietly(grow()) } }
}
