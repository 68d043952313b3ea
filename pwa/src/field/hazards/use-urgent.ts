/** What is said of an emergency, and in its further reports: kept as it is typed, sent as one mutation. */
import { onMounted, ref, watch } from 'vue'
import { discardDraft, draftOf, getDraft, saveDraft } from '../../db/drafts'
import type { Draft } from '../../db/schema'
import type { Position } from '../../domain/geo'
import { newId } from '../../domain/ids'
import { saveMutation } from '../../sync/save'
import { URGENT_OWNER } from '../drafts/unfinished'
import type { PhotoDraft } from '../photos/take-photo'
import { gpsPosition, usePosition } from '../position/use-position'
import { useCurrent } from '../session/current'
import { keep } from '../storage/keep'

export interface UrgentWork {
  text: string
  case_id?: string
  /** Where it was, when it was sent before and is being put right. */
  position?: Position | null
}

interface Opened {
  id: string
  owner: string
  /** The emergency's case. */
  caseId: string
  work: UrgentWork | null
}

/** An emergency of its own where `about` is null, else a further report of that case; `draftId` names what is put right. */
export function useUrgent(about: string | null, draftId: string | null) {
  const { db, engine } = useCurrent()
  const { fix } = usePosition()
  const text = ref('')
  const photos = ref<PhotoDraft[]>([])
  const opened = ref<Opened | null>(null)
  // An emergency is sent even where no draft can be read.
  const opening = find().catch(() => undefined).then(begin)
  let saving = false

  async function find(): Promise<Draft<UrgentWork> | undefined> {
    const named = draftId === null ? undefined : await getDraft<UrgentWork>(db, draftId)
    return named ?? draftOf<UrgentWork>(db, 'urgent', about ?? URGENT_OWNER)
  }

  function begin(draft: Draft<UrgentWork> | undefined): Opened {
    const caseId = about ?? draft?.data.case_id ?? newId()
    const owner = draft?.owner_id ?? about ?? URGENT_OWNER
    return { id: draft?.id ?? newId(), owner, caseId, work: draft?.data ?? null }
  }

  onMounted(async () => {
    const found = await opening
    // Whoever was quicker with the first words keeps them.
    if (!text.value) text.value = found.work?.text ?? ''
    opened.value = found
  })

  watch([text, photos], async () => {
    const { id, owner, caseId, work } = await opening
    if (saving) return
    const data: UrgentWork = { text: text.value, case_id: caseId, position: work?.position ?? null }
    const isEmpty = !text.value && photos.value.length === 0
    await keep(() => (isEmpty ? discardDraft(db, id) : saveDraft(db, { id, kind: 'urgent', owner_id: owner, cursor: null, data })))
  })

  async function save(final: boolean): Promise<unknown> {
    const { id, caseId, work } = await opening
    const said = { case_id: caseId, text: text.value.trim(), photos: photos.value.map((photo) => ({ ...photo })) }
    if (about !== null) return saveMutation(db, { name: 'case.follow', args: { ...said, final }, draftId: id })
    const position = work?.position ?? gpsPosition(fix.value)
    return saveMutation(db, { name: 'hazard.urgent', args: { ...said, position }, draftId: id })
  }

  /** False where the phone could not keep it; nothing is lost then. */
  async function send(final: boolean): Promise<boolean> {
    if (saving) return false
    saving = true
    const kept = await keep(() => save(final))
    saving = false
    // Not as patient as other saves: a wait after failures ends here.
    if (kept) void engine.kick('person')
    return kept
  }

  return { text, photos, opened, send }
}
