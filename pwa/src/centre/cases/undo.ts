import { computed, ref, shallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { Case } from '../../api/desk-records'
import { toast } from '../../ui/toast'
import { catchUp } from '../live/live'

interface Step {
  id: string
  number: string
  version: number
  action: string
  until: number
}

const step = shallowRef<Step | null>(null)
const now = ref(Date.now())
let timer: number | undefined

const left = computed(() => (step.value ? Math.max(0, Math.ceil((step.value.until - now.value) / 1000)) : 0))

/** Offers to take back the step that this person has just done, for as long as the server allows. */
export function offerUndo(record: Case, action: string): void {
  window.clearInterval(timer)
  now.value = Date.now()
  const { id, number, version, undo_seconds: seconds } = record
  step.value = seconds === null ? null : { id, number, version, action, until: now.value + seconds * 1000 }
  timer = window.setInterval(() => {
    now.value = Date.now()
    if (left.value === 0) withdrawOffer()
  }, 500)
}

function withdrawOffer(): void {
  window.clearInterval(timer)
  step.value = null
}

/** The step that can be taken back, the seconds left for it, and the way to do it. */
export function useUndo(words: { done: (number: string) => string; refused: (failure: unknown) => string }) {
  async function undo(): Promise<void> {
    const taken = step.value
    if (!taken) return
    withdrawOffer()
    try {
      await desk.undo(taken.id, taken.version)
      toast(words.done(taken.number))
    } catch (failure) {
      toast(words.refused(failure), { tone: 'bad' })
    }
    catchUp()
  }
  return { step, left, undo }
}
