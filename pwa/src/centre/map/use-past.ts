import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { desk } from '../../api/desk'
import type { HouseHistory } from '../../api/desk-past'
import { formatDate } from '../../domain/time'
import { daysUntil, pointsOn } from './past'

const TICK_MS = 400
const STEPS = 60 // at most, so that a year is played in half a minute

/** The houses on past days: all days come at once, and one of them is shown. No days: today's map. */
export function usePast(asked: () => { span: number; day: string }) {
  const history = shallowRef<HouseHistory | null>(null)
  const error = shallowRef<unknown>(null)
  const at = ref(0)
  const days = shallowRef<string[]>([])
  const playing = ref(false)
  const points = computed(() => (history.value ? pointsOn(history.value, at.value) : null))
  let timer: number | undefined

  function stop(): void {
    window.clearInterval(timer)
    playing.value = false
  }

  function step(): void {
    const last = days.value.length - 1
    at.value = Math.min(last, at.value + Math.ceil(days.value.length / STEPS))
    if (at.value === last) stop()
  }

  /** Runs through the days from the one that is shown, or from the first once the last is. */
  function play(): void {
    if (playing.value) {
      stop()
      return
    }
    if (at.value >= days.value.length - 1) at.value = 0
    playing.value = true
    timer = window.setInterval(step, TICK_MS)
  }

  async function load(): Promise<void> {
    const { span, day } = asked()
    stop()
    error.value = null
    history.value = null
    days.value = span > 0 ? daysUntil(formatDate(Date.now()), span) : []
    const [since = '', until = ''] = [days.value[0], days.value.at(-1)]
    if (since === '') return
    const chosen = days.value.indexOf(day)
    at.value = chosen < 0 ? days.value.length - 1 : chosen
    try {
      const found = await desk.mapHouseHistory({ since, until })
      if (days.value[0] === since) history.value = found
    } catch (failure) {
      error.value = failure
    }
  }

  watch(() => asked().span, () => void load(), { immediate: true })
  onScopeDispose(stop)
  return { days, at, points, error, playing, play, stop, load }
}
