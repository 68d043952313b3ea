import { computed, ref, shallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { BulkLine } from '../../api/desk-queue'
import type { Case } from '../../api/desk-records'
import { toast } from '../../ui/toast'
import { catchUp } from '../live/live'

interface Step {
  cases: { id: string; seen: number }[]
  /** Of a single case. */
  number: string | null
  action: string
  until: number
}

const step = shallowRef<Step | null>(null)
/** What could not be taken back, and why. */
const kept = shallowRef<BulkLine[]>([])
const now = ref(Date.now())
let timer: number | undefined

const left = computed(() => (step.value ? Math.max(0, Math.ceil((step.value.until - now.value) / 1000)) : 0))

function offer(seconds: number | null, what: Omit<Step, 'until'>): void {
  window.clearInterval(timer)
  now.value = Date.now()
  step.value = seconds === null ? null : { ...what, until: now.value + seconds * 1000 }
  timer = window.setInterval(() => {
    now.value = Date.now()
    if (left.value === 0) withdrawOffer()
  }, 500)
}

/** Offers to take back the step that this person has just done, for as long as the server allows. */
export function offerUndo(record: Case, action: string): void {
  const { id, number, version, undo_seconds: seconds } = record
  offer(seconds, { cases: [{ id, seen: version }], number, action })
}

/** Offers the same for a step on many cases, as long as it can be taken back on all that allow it. */
export function offerUndoOfMany(lines: readonly BulkLine[], action: string): void {
  const able = lines.filter(({ ok, undo_seconds: seconds }) => ok && seconds != null)
  const seconds = able.length > 0 ? Math.min(...able.map((line) => line.undo_seconds ?? 0)) : null
  offer(seconds, { cases: able.map(({ id, version = 0 }) => ({ id, seen: version })), number: null, action })
}

function withdrawOffer(): void {
  window.clearInterval(timer)
  step.value = null
}

interface Words {
  done: (number: string) => string
  doneMany: (n: number) => string
  refused: (failure: unknown) => string
}

/** The step that can be taken back, the seconds left for it, the way to do it, and what of many it was refused for. */
export function useUndo(words: Words) {
  async function takeBack({ cases, number }: Step): Promise<void> {
    const [only] = cases
    if (number !== null && only) {
      await desk.undo(only.id, only.seen)
      toast(words.done(number))
      return
    }
    const lines = await desk.undoMany(cases)
    kept.value = lines.filter(({ ok }) => !ok)
    if (kept.value.length === 0) toast(words.doneMany(lines.length))
  }

  async function undo(): Promise<void> {
    const taken = step.value
    if (!taken) return
    withdrawOffer()
    try {
      await takeBack(taken)
    } catch (failure) {
      toast(words.refused(failure), { tone: 'bad' })
    }
    catchUp()
  }
  return { step, left, kept, undo }
}
