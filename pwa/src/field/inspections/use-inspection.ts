import { type Ref, computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { draftOf, discardDraft, getDraft, saveDraft } from '../../db/drafts'
import { begin } from '../../db/half-written'
import { type HouseFacts, inForce, shown } from '../../domain/checklist'
import type { Answer, ChecklistItem, Row } from '../../domain/records'
import { saveMutation } from '../../sync/save'
import { getRecord, listRecords } from '../../sync/view'
import type { PhotoDraft } from '../photos/take-photo'
import { photosByItem } from '../photos/draft-photos'
import { gpsPosition, usePosition } from '../position/use-position'
import { useCurrent } from '../session/current'
import { keep } from '../storage/keep'
import {
  type Answers,
  type InspectionWork,
  type PhotosByItem,
  answersOf,
  following,
  gaps,
  isTouched,
  lastFailures,
  newWork,
  startItem,
  submitArgs,
} from './work'

/** Typing is written down after this pause, everything else at once. */
const TYPING_MS = 300

export type InspectionLoad = 'loading' | 'ready' | 'no_house' | 'no_checklist'

/** The inspection of one house: restored from its newest draft or the one named, and written back with every answer. */
export function useInspection(houseId: string, taskId: string | null, draftId: string | null = null) {
  const { db } = useCurrent()
  const { fix } = usePosition()
  const state: Ref<InspectionLoad> = ref('loading')
  const house = shallowRef<Row<'house'>>()
  const checklist = shallowRef<Row<'checklist'>>()
  const facts = shallowRef<HouseFacts>()
  const failedLastTime = shallowRef(new Map<string, Answer>())
  const work = ref<InspectionWork>()
  const answers: Answers = reactive({})
  const photos: PhotosByItem = reactive({})
  const cursor = ref<string | null>(null)
  const all = computed(() => checklist.value?.items ?? [])
  /** What is asked as things stand; the same list as long as it is. */
  const items = computed<readonly ChecklistItem[]>((before) => {
    const now = shown(all.value, Object.values(answers))
    const same = before?.length === now.length && now.every((item, index) => item === before[index])
    return same ? before : now
  })
  const computedCodes = reactive(new Set<string>())
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let typing: (() => void) | null = null

  /** From the first letter until it stands on the disk. */
  function written(): void {
    typing?.()
    typing = null
  }

  async function load(): Promise<void> {
    const named = draftId === null ? undefined : await getDraft<InspectionWork>(db, draftId)
    const latest = named ?? (await draftOf<InspectionWork>(db, 'inspection', houseId))
    const [task, foundHouse, lists, people, before] = await Promise.all([
      taskId === null ? undefined : getRecord(db, 'task', taskId),
      getRecord(db, 'house', houseId),
      listRecords(db, 'checklist'),
      listRecords(db, 'occupant', { house_id: houseId }),
      listRecords(db, 'inspection', { house_id: houseId }),
    ])
    const asked = task?.checklist?.code ?? null
    const begunUnder = lists.find(({ id }) => id === latest?.data.checklist_id)
    // What was begun by another checklist is no answer to the task; it stays for later.
    const fits = named !== undefined || asked === null || begunUnder?.code === asked
    const draft = fits ? latest : undefined
    const list = (fits ? begunUnder : undefined) ?? inForce(lists, asked)
    if (!foundHouse || !list) {
      state.value = foundHouse ? 'no_checklist' : 'no_house'
      return
    }
    house.value = foundHouse
    checklist.value = list
    facts.value = { house: foundHouse, occupants: people }
    failedLastTime.value = lastFailures(before, list.items)
    const begun = draft?.data ?? newWork(houseId, list.id, taskId)
    // Begun on one's own account, and then asked for by a task: it is the answer to that task.
    work.value = { ...begun, checklist_id: list.id, task_id: asked === null ? begun.task_id ?? taskId : taskId }
    Object.assign(answers, answersOf(list.items, work.value.answers))
    settle()
    Object.assign(photos, await photosByItem(db, work.value.inspection_id))
    cursor.value = startItem(list.items, answers, draft?.cursor ?? null)
    state.value = 'ready'
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (!work.value || closed) {
      written()
      return
    }
    const data = JSON.parse(
      JSON.stringify({ ...work.value, answers: Object.values(answers) }),
    ) as InspectionWork
    const id = data.inspection_id
    if (await keep(() => saveDraft(db, { id, kind: 'inspection', owner_id: houseId, cursor: cursor.value, data }))) written()
  }

  function writeSoon(): void {
    typing ??= begin()
    clearTimeout(timer)
    timer = setTimeout(() => void write(), TYPING_MS)
  }

  /** Write now what was being typed; call before leaving the page. */
  async function flush(): Promise<void> {
    if (timer !== undefined) await write()
  }

  /** Bring computed numbers up to date; each may be what the next is made of. */
  function settle(): void {
    for (let left = all.value.length; left > 0 && facts.value; left -= 1) {
      const changed = following(all.value, answers, facts.value, computedCodes)
      if (changed.length === 0) return
      for (const next of changed) Object.assign(answers[next.code] as Answer, next)
    }
  }

  function answer(code: string, patch: Partial<Answer>, typing = false): void {
    Object.assign(answers[code] as Answer, patch)
    settle()
    cursor.value = code
    if (typing) writeSoon()
    else void write()
  }

  function setAnswers(changed: readonly Answer[]): void {
    for (const next of changed) Object.assign(answers[next.code] as Answer, next)
    settle()
    void write()
  }

  function setPhotos(code: string, next: PhotoDraft[]): void {
    const before = photos[code]?.length ?? 0
    photos[code] = next
    if (next.length === before) return
    if (code) cursor.value = code
    void write()
  }

  function visit(code: string): void {
    cursor.value = code
    // A look around is not yet work: no draft for a page that was only opened.
    if (work.value?.answers.length || Object.values(answers).some(isTouched)) void write()
  }

  function change(patch: Partial<InspectionWork>, typing = false): void {
    if (work.value) Object.assign(work.value, patch)
    if (typing) writeSoon()
    else void write()
  }

  /** Save the inspection for good; resolves with its id once it is on this phone. */
  async function submit(): Promise<string> {
    const done = JSON.parse(JSON.stringify(work.value)) as InspectionWork
    clearTimeout(timer)
    const plain = JSON.parse(JSON.stringify(photos)) as PhotosByItem
    const args = submitArgs(done, all.value, answers, plain, gpsPosition(fix.value))
    // From here no late write may bring the draft back.
    closed = true
    try {
      await saveMutation(db, { name: 'inspection.submit', args, draftId: done.inspection_id })
    } catch (error) {
      closed = false
      throw error
    }
    written()
    return done.inspection_id
  }

  async function discard(): Promise<void> {
    clearTimeout(timer)
    written()
    closed = true
    if (work.value) await discardDraft(db, work.value.inspection_id)
  }

  const onHide = () => void flush()
  document.addEventListener('visibilitychange', onHide)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onHide)
    void flush().then(written)
  })
  const left = computed(() =>
    work.value ? gaps(work.value, all.value, answers, photos) : [],
  )

  return {
    state, house, checklist, items, computedCodes, facts, failedLastTime, work, answers, photos, cursor, left, fix,
    load, flush, answer, setAnswers, setPhotos, visit, change, submit, discard,
  }
}

export type InspectionHandle = ReturnType<typeof useInspection>
