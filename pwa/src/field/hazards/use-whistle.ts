/** Whom a worker calls to the spot, and why: kept as it is chosen and typed, sent as one mutation. */
import { onMounted, ref, watch } from 'vue'
import { discardDraft, draftOf, getDraft, saveDraft } from '../../db/drafts'
import { newId } from '../../domain/ids'
import { saveMutation } from '../../sync/save'
import { useCurrent } from '../session/current'
import { keep } from '../storage/keep'

export interface WhistleWork {
  departments: string[]
  text: string
}

/** The whistle for a case; `named` is the draft of one that is put right. */
export function useWhistle(caseId: string, named: string | null) {
  const { db, engine } = useCurrent()
  const chosen = ref<string[]>([])
  const text = ref('')
  const draftId = ref('')
  let saving = false

  onMounted(async () => {
    const draft = (named ? await getDraft<WhistleWork>(db, named) : undefined) ?? (await draftOf<WhistleWork>(db, 'whistle', caseId))
    chosen.value = draft?.data.departments ?? []
    text.value = draft?.data.text ?? ''
    draftId.value = draft?.id ?? newId()
  })

  watch([chosen, text], async () => {
    const id = draftId.value
    if (!id || saving) return
    const data: WhistleWork = { departments: [...chosen.value], text: text.value }
    const isEmpty = !data.text && data.departments.length === 0
    await keep(() => (isEmpty ? discardDraft(db, id) : saveDraft(db, { id, kind: 'whistle', owner_id: caseId, cursor: null, data })))
  })

  /** False where the phone could not keep it; nothing is lost then. */
  async function send(): Promise<boolean> {
    if (saving) return false
    saving = true
    const args = { case_id: caseId, departments: [...chosen.value], text: text.value.trim() }
    const kept = await keep(() => saveMutation(db, { name: 'case.whistle', args, draftId: draftId.value }))
    saving = false
    if (kept) void engine.kick('person')
    return kept
  }

  return { chosen, text, draftId, send }
}
