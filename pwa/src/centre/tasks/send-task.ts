import { computed, ref, shallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { NewTask, Task } from '../../api/desk-records'
import { Refusal } from '../../api/refusal'
import { newId } from '../../domain/ids'
import { useRefusalText } from '../parts/refusal-text'
import { useWords } from '../parts/words'
import { mayAskChecklist, shanghaiToUtc, type AssignForm, type AssignSeed } from './assign'

const FIELDS = ['departments', 'title', 'text', 'assignee_id', 'partner_ids', 'for_grid_id', 'form_id', 'checklist_id', 'house_id', 'place', 'due_at'] as const
type Field = (typeof FIELDS)[number]

function whomOf({ whom, workers, for_grid_id }: AssignForm): Pick<NewTask, 'assignee_id' | 'partner_ids' | 'for_grid_id'> {
  if (whom === 'grid') return { for_grid_id }
  const [assignee_id = '', ...partner_ids] = workers
  return { assignee_id, ...(partner_ids.length > 0 && { partner_ids }) }
}

function whomMissing({ whom, workers, for_grid_id }: AssignForm): boolean {
  return whom === 'grid' ? for_grid_id === '' : workers.length === 0
}

/** The request of a filled form; blanks are left out, a point goes along only where no house names one. */
export function taskOf(id: string, form: AssignForm, seed: AssignSeed, now: number): NewTask {
  const { lng, lat } = seed
  const byChecklist = form.checklist_id !== '' && mayAskChecklist(form)
  const spot = form.house_id === '' && typeof lng === 'number' && typeof lat === 'number'
  return {
    id,
    kind: form.kind,
    title: form.title.trim(),
    text: form.text.trim(),
    ...whomOf(form),
    due_at: shanghaiToUtc(form.due),
    urgency: form.urgency,
    ...(byChecklist ? { checklist_id: form.checklist_id } : form.form_id !== '' && { form_id: form.form_id }),
    ...(form.house_id !== '' && { house_id: form.house_id }),
    ...(seed.case && { case_id: seed.case.id }),
    ...(form.departments.length > 0 && { departments: form.departments }),
    ...(form.place.trim() !== '' && { place: form.place.trim() }),
    ...(spot && { position: { lng, lat, accuracy: null, at: new Date(now).toISOString(), source: 'map' } }),
  }
}

/** Sends the form; answers the task, or null with `errors` at their fields and the rest in `refusal`. */
export function useSendTask(form: AssignForm, seed: AssignSeed) {
  const { t } = useWords()
  const refusalText = useRefusalText()
  const busy = ref(false)
  const refusal = ref<string | null>(null)
  const errors = shallowRef<Partial<Record<Field, string>>>({})
  // One id for every attempt of this form: an answer lost on the way makes no second task.
  const id = newId()

  const missing = computed(() => ({
    ...(form.title.trim() === '' && { title: t('centre.tasks.title_needed') }),
    ...(whomMissing(form) && { assignee_id: t(form.whom === 'grid' ? 'centre.tasks.grid_needed' : 'centre.tasks.assignee_needed') }),
    ...(shanghaiToUtc(form.due) === '' && { due_at: t('centre.tasks.due_needed') }),
  }))

  function show(failure: unknown): void {
    const named = failure instanceof Refusal ? failure : null
    const found = FIELDS.map((field) => [field, named?.field(field)] as const).filter(([, words]) => words)
    errors.value = Object.fromEntries(found)
    const elsewhere = named?.fields.find(({ path }) => !FIELDS.includes(path as Field))
    if (found.length === 0 || elsewhere) refusal.value = elsewhere?.detail ?? refusalText(failure)
  }

  async function send(): Promise<Task | null> {
    refusal.value = null
    errors.value = missing.value
    if (busy.value || Object.keys(errors.value).length > 0) return null
    busy.value = true
    try {
      return await desk.createTask(taskOf(id, form, seed, Date.now()))
    } catch (failure) {
      show(failure)
      return null
    } finally {
      busy.value = false
    }
  }

  return { busy, refusal, errors, send }
}
