import { shallowRef, watch, type ShallowRef } from 'vue'
import { distanceM, type LngLat } from '../../domain/geo'
import { usePosition } from './use-position'

const STEP_M = 25

/** Where the worker stands, in steps of 25 m: lists by distance are not sorted anew at every breath. */
export function useHere(): Readonly<ShallowRef<LngLat | null>> {
  const { fix } = usePosition()
  const here = shallowRef<LngLat | null>(null)
  watch(
    fix,
    (now) => {
      if (now && (!here.value || distanceM(here.value, now) >= STEP_M)) here.value = { lng: now.lng, lat: now.lat }
    },
    { immediate: true },
  )
  return here
}
