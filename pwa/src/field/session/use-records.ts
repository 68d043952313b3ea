import { liveQuery } from 'dexie'
import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import type { RecordKind } from '../../domain/records'
import { getRecord, listRecords, type RecordFilter, type ViewRow } from '../../sync/view'
import { useCurrent } from './current'

/** The answer of a query over the phone's stores, asked again whenever they change; undefined until the first. */
export function useQuery<T>(query: () => Promise<T>): Readonly<ShallowRef<T | undefined>> {
  return useQueryOf(() => null, query)
}

/** The same for a query that depends on a key; a new key begins anew. */
export function useQueryOf<K, T>(key: () => K, query: (key: K) => Promise<T>): Readonly<ShallowRef<T | undefined>> {
  const value = shallowRef<T>()
  let stop: () => void = () => undefined
  watch(
    key,
    (now) => {
      stop()
      value.value = undefined
      // Dexie must see an async function, or it lets its transaction close too early.
      const subscription = liveQuery(async () => await query(now)).subscribe({
        next: (found) => (value.value = found),
        // The screen keeps what it had; the error must still be heard of.
        error: (error: unknown) => { reportError(error) },
      })
      stop = () => { subscription.unsubscribe() }
    },
    { immediate: true },
  )
  onScopeDispose(() => { stop() })
  return value
}

/** All records of a kind as the worker should see them, live; undefined while they load. */
export function useRecords<K extends RecordKind>(
  kind: K,
  filter?: RecordFilter<K>,
): Readonly<ShallowRef<ViewRow<K>[] | undefined>> {
  const { db } = useCurrent()
  return useQuery(() => listRecords(db, kind, filter))
}

/** One record, live; undefined while it loads, null when this phone does not have it. */
export function useRecord<K extends RecordKind>(
  kind: K,
  id: MaybeRefOrGetter<string>,
): Readonly<ShallowRef<ViewRow<K> | null | undefined>> {
  const { db } = useCurrent()
  return useQueryOf(() => toValue(id), async (key) => (await getRecord(db, kind, key)) ?? null)
}
