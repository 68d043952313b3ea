/** A paper under way: filled in from the inspection, kept with every change, issued under a number of this phone's. */
import { computed, onMounted, ref, shallowRef, watch } from 'vue'
import { discardDraft, draftOf, getDraft, saveDraft } from '../../db/drafts'
import type { Draft } from '../../db/schema'
import { faults, maskId } from '../../domain/document'
import { daysOf } from '../../domain/due'
import { newId } from '../../domain/ids'
import { formatDate } from '../../domain/time'
import { getRecord, listRecords } from '../../sync/view'
import { useCurrent } from '../session/current'
import { useQuery, useQueryOf, useRecords } from '../session/use-records'
import { keep } from '../storage/keep'
import type { Parts, Written } from './paper'
import { newPaper, type PaperWork } from './paper-work'
import { mayWrite, numbersLeft } from './stock'
import { deadlineOf, findingsOf, issue, seriesOf, type Work } from './write'

type Wrong = 'party' | 'place' | 'findings' | 'no_number' | ReturnType<typeof faults>[number]

/** The paper for a house: begun after an inspection or not, gone on with from the newest draft or the one named. */
export function useNewPaper(houseId: string, inspectionId: string | null, named: string | null) {
  const { db, user } = useCurrent()
  const today = formatDate(Date.now())
  const [templates, enforcers] = [useRecords('document_template'), useRecords('enforcer')]
  const choices = useQuery(() => mayWrite(db, user))
  const work = ref<PaperWork>(newPaper(inspectionId, today))
  const checkedOn = ref(today)
  const draftId = ref('')
  const kept = ref(false)
  const replaces = shallowRef<string | null>(null)
  let filled = ''
  let done = false

  const choice = computed(() => choices.value?.find(({ authority }) => authority.id === work.value.authority_id))
  const template = computed(() => templates.value?.filter(({ kind }) => kind === choice.value?.kind)
    .sort((a, b) => b.version - a.version)[0])
  const colleagues = computed(() => (enforcers.value ?? []).filter(({ authority_id }) => authority_id === work.value.authority_id))
  const me = computed(() => colleagues.value.find(({ user_id }) => user_id === user.user.id))
  const ready = computed<Work | null>(() => {
    if (!choice.value || !template.value || !draftId.value) return null
    const { place, party, findings, signatures, deadline_on, officers } = work.value
    const order = choice.value.kind === 'order'
    return {
      authority: choice.value.authority, template: template.value, house_id: houseId, inspection_id: work.value.inspection_id,
      issued_on: today, checked_on: checkedOn.value, deadline_on, place: place.trim(), findings,
      party: { ...party, name: party.name.trim(), id_masked: maskId(party.id_masked) },
      officers: order ? officers.map((id) => ({ enforcer_id: id, signature: signatures[id] ?? null })) : [],
      signature: order ? null : (signatures[''] ?? null),
    }
  })
  const number = useQueryOf(() => ready.value && seriesOf(ready.value), (series) => (series ? numbersLeft(db, series) : Promise.resolve([])))
  const parts = computed<Parts | null>(() => ready.value && {
    authority: ready.value.authority, template: ready.value.template, enforcers: enforcers.value ?? [], issuer: user.user.name,
  })
  const paper = computed<Written | null>(() => {
    if (!ready.value) return null
    const { authority, template: words, ...said } = ready.value
    return { ...said, kind: words.kind, authority_id: authority.id, template_id: words.id, number: number.value?.[0] ?? 0, service: null }
  })

  async function load(): Promise<void> {
    const newest = named ? await getDraft<PaperWork>(db, named) : await draftOf<PaperWork>(db, 'document', houseId)
    const draft = newest && (named || !inspectionId || newest.data.inspection_id === inspectionId) ? newest : undefined
    if (draft) work.value = draft.data
    const visit = await getRecord(db, 'inspection', work.value.inspection_id ?? '')
    if (visit) checkedOn.value = formatDate(visit.captured_at)
    if (!draft) await fill(visit)
    start(draft)
  }

  async function fill(visit: Awaited<ReturnType<typeof getRecord<'inspection'>>>): Promise<void> {
    work.value.place = (await getRecord(db, 'house', houseId))?.address ?? ''
    const list = visit && (await getRecord(db, 'checklist', visit.checklist_id))
    if (!visit || !list) return
    work.value.findings = findingsOf(list.items, visit.answers)
    work.value.deadline_on = deadlineOf(list.items, visit, daysOf(await listRecords(db, 'calendar_day')))
  }

  function start(draft: Draft | undefined): void {
    filled = written()
    kept.value = draft !== undefined
    replaces.value = draft?.replaces ?? null
    draftId.value = draft?.id ?? newId()
  }

  /** What a person has put in, beyond what fills itself in. */
  function written(): string {
    const { place, party, findings, deadline_on, signatures } = work.value
    return JSON.stringify({ place, party, findings, deadline_on, signatures })
  }

  async function save(): Promise<void> {
    if (!draftId.value || done || (!kept.value && written() === filled)) return
    const data = JSON.parse(JSON.stringify(work.value)) as PaperWork
    data.party.id_masked = maskId(data.party.id_masked)
    const draft = { id: draftId.value, kind: 'document' as const, owner_id: houseId, cursor: null, data }
    if (await keep(() => saveDraft(db, draft))) kept.value = true
  }

  /** The first thing that is wrong with it. */
  function wrong(): Wrong | null {
    const said = ready.value
    if (!said) return null
    if (!said.party.name) return 'party'
    if (!said.place) return 'place'
    if (said.findings.length === 0 || said.findings.some(({ text, correction }) => !text.trim() || !correction.trim())) return 'findings'
    if (!number.value?.length) return 'no_number'
    const officers = colleagues.value.filter(({ id }) => work.value.officers.includes(id)).map((one) => ({ ...one, authority: one.authority_id }))
    const facts = { kind: said.template.kind, may_order: said.authority.may_order, issued_on: today, deadline_on: said.deadline_on }
    return faults({ ...facts, authority: said.authority.id, issuer_qualified: Boolean(me.value), officers })[0] ?? null
  }

  /** Issue it; resolves with its id once it is on this phone. */
  async function finish(voidReason: string): Promise<string> {
    if (!ready.value) throw new Error('not ready')
    done = true
    return issue(db, ready.value, { draftId: draftId.value, replaces: replaces.value, voidReason })
      .catch((error: unknown) => {
        done = false
        throw error
      })
  }

  async function drop(): Promise<void> {
    done = true
    await discardDraft(db, draftId.value)
  }

  onMounted(load)
  watch(work, save, { deep: true })
  watch([choices, draftId], ([found]) => { if (draftId.value && !choice.value) work.value.authority_id = found?.[0]?.authority.id ?? '' })
  watch(me, (one) => { if (one && work.value.officers.length === 0) work.value.officers = [one.id] })

  return { work, choices, choice, template, colleagues, me, ready, paper, parts, draftId, kept, wrong, finish, drop, user }
}
