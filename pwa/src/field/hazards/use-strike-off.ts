/** What somebody finds who looks again: kept as it is typed and photographed, sent as one mutation. */
import { onMounted, ref, toRaw, watch } from 'vue'
import { discardDraft, draftOf, getDraft, saveDraft } from '../../db/drafts'
import type { Position } from '../../domain/geo'
import { newId } from '../../domain/ids'
import { saveMutation } from '../../sync/save'
import type { PhotoDraft } from '../photos/take-photo'
import { useCurrent } from '../session/current'
import { keep } from '../storage/keep'

export interface StrikeOffWork {
  note: string
  task_id: string | null
}

interface Asked {
  /** The draft of a look that is put right. */
  draft: string | null
  task: string | null
}

/** The look at what a case is about; where it is written on after a break, its task is known. */
export function useStrikeOff(caseId: string, asked: Asked) {
  const { db, engine } = useCurrent()
  const note = ref('')
  const photos = ref<PhotoDraft[]>([])
  const draftId = ref('')
  let task = asked.task
  let saving = false

  onMounted(async () => {
    const named = asked.draft ? await getDraft<StrikeOffWork>(db, asked.draft) : undefined
    const draft = named ?? (await draftOf<StrikeOffWork>(db, 'strike_off', caseId))
    note.value = draft?.data.note ?? ''
    task ??= draft?.data.task_id ?? null
    draftId.value = draft?.id ?? newId()
  })

  watch([note, photos], async () => {
    const id = draftId.value
    if (!id || saving) return
    const data: StrikeOffWork = { note: note.value, task_id: task }
    const isEmpty = !data.note && photos.value.length === 0
    await keep(() => (isEmpty ? discardDraft(db, id) : saveDraft(db, { id, kind: 'strike_off', owner_id: caseId, cursor: null, data })))
  })

  /** False where the phone could not keep it; nothing is lost then. */
  async function send(passed: boolean, before_photo_id: string | null, position: Position | null): Promise<boolean> {
    if (saving) return false
    saving = true
    const args = {
      recheck_id: newId(), case_id: caseId, passed, note: note.value.trim() || null, task_id: task, inspection_id: null,
      before_photo_id, position, photos: photos.value.map(toRaw),
    }
    const kept = await keep(() => saveMutation(db, { name: 'finding.recheck', args, draftId: draftId.value }))
    saving = false
    if (kept) void engine.kick('person')
    return kept
  }

  return { note, photos, draftId, send }
}
