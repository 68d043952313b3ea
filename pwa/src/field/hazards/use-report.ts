import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { discardDraft, getDraft, saveDraft } from '../../db/drafts'
import { begin } from '../../db/half-written'
import { saveMutation } from '../../sync/save'
import { photosByItem } from '../photos/draft-photos'
import type { PhotoDraft } from '../photos/take-photo'
import { gpsPosition, usePosition } from '../position/use-position'
import { useCurrent } from '../session/current'
import { keep } from '../storage/keep'
import { useRecord, useRecords } from '../session/use-records'
import {
  type ReportWork,
  newReport,
  reportGaps,
  reportGrid,
  reportMutation,
  reportPosition,
} from './report'

const TYPING_MS = 300

/** One hazard report: restored from its draft, written back with every change. */
export function useReport(draftId: string | null, houseId: string | null) {
  const { db, user } = useCurrent()
  const { fix } = usePosition()
  const work = ref<ReportWork>(newReport(houseId))
  const photos = shallowRef<PhotoDraft[]>([])
  const ready = ref(false)
  const house = useRecord('house', () => work.value.house_id ?? '')
  const allGrids = useRecords('grid')
  const grids = computed(() => {
    const own = new Set(user.grids.map(({ id }) => id))
    return (allGrids.value ?? []).filter(({ id }) => own.has(id))
  })
  const position = computed(() =>
    reportPosition(work.value, gpsPosition(fix.value), house.value ?? null),
  )
  const grid = computed(() => {
    const id = reportGrid(grids.value, position.value, house.value ?? null)
    return grids.value.find((candidate) => candidate.id === id) ?? null
  })
  const kinds = useRecords('hazard_item')
  const item = computed(() => kinds.value?.find(({ code }) => code === work.value.item_code))
  const gaps = computed(() => reportGaps(work.value, photos.value, item.value))
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let typing: (() => void) | null = null

  /** From the first letter until it stands on the disk. */
  function written(): void {
    typing?.()
    typing = null
  }

  async function load(): Promise<void> {
    const draft = draftId === null ? undefined : await getDraft<ReportWork>(db, draftId)
    if (draft) work.value = draft.data
    photos.value = (await photosByItem(db, work.value.case_id))[''] ?? []
    ready.value = true
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (closed) {
      written()
      return
    }
    const data = JSON.parse(JSON.stringify(work.value)) as ReportWork
    const id = data.case_id
    if (await keep(() => saveDraft(db, { id, kind: 'hazard', owner_id: id, cursor: null, data }))) written()
  }

  async function change(patch: Partial<ReportWork>, slowly = false): Promise<void> {
    Object.assign(work.value, patch)
    clearTimeout(timer)
    if (slowly) {
      typing ??= begin()
      timer = setTimeout(() => void write(), TYPING_MS)
    } else await write()
  }

  /** Those of before and those of after stand apart on the screen. */
  async function setPhotos(some: PhotoDraft[], after = false): Promise<void> {
    const others = photos.value.filter(({ role }) => (role === 'after') !== after)
    const next = [...others, ...some]
    const same = next.length === photos.value.length
    photos.value = next
    if (!same) await write()
  }

  async function flush(): Promise<void> {
    if (timer !== undefined) await write()
  }

  /** Save the report for good; resolves with the case id once it is on this phone. */
  async function submit(): Promise<string> {
    clearTimeout(timer)
    closed = true
    const made = reportMutation(work.value, photos.value, position.value, grid.value?.id ?? null, item.value)
    const { name, args } = JSON.parse(JSON.stringify(made)) as typeof made
    try {
      await saveMutation(db, { name, args, draftId: args.case_id })
    } catch (error) {
      closed = false
      throw error
    }
    written()
    return args.case_id
  }

  async function discard(): Promise<void> {
    clearTimeout(timer)
    written()
    closed = true
    await discardDraft(db, work.value.case_id)
  }

  const onHide = () => void flush()
  document.addEventListener('visibilitychange', onHide)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onHide)
    void flush().then(written)
  })

  return {
    work, photos, ready, house, grids, grid, position, kinds, item, gaps, fix,
    load, change, setPhotos, flush, submit, discard,
  }
}
