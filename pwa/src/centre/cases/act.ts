import { computed, reactive, ref, shallowRef, type Ref } from 'vue'
import { desk } from '../../api/desk'
import type { CaseAction, CaseNeed, MeanwhileLine, PhotoLine } from '../../api/desk-acts'
import type { Case } from '../../api/desk-records'
import { Refusal } from '../../api/refusal'
import { useRefusalText } from '../parts/refusal-text'
import { useWords } from '../parts/words'
import { shanghaiToUtc } from '../tasks/assign'
import { offerUndo } from './undo'
import { NoPosition, whereAmI } from './where-am-i'

/** What leaves a case where it is, or takes it out of the way: not what a person usually looks for. */
const ASIDE = new Set(['urge', 'supervise', 'unsupervise', 'raise', 'lower', 'restrict', 'unrestrict', 'note', 'merge', 'void', 'take_back', 'call_support', 'whistle', 'ask_opinion'])

/** What the desk offers, the usual and the rest. */
export function offers(actions: readonly CaseAction[]): { usual: CaseAction[]; rest: CaseAction[] } {
  return {
    usual: actions.filter(({ code }) => !ASIDE.has(code)),
    rest: actions.filter(({ code }) => ASIDE.has(code)),
  }
}

export interface Need {
  name: CaseNeed
  required: boolean
}

/** What a form asks for, in the order of the table. */
function needsOf(action: CaseAction): Need[] {
  return action.needs.map((need) => ({ name: need.replace('?', '') as CaseNeed, required: !need.endsWith('?') }))
}

async function idOf(number: string): Promise<string | null> {
  const found = await desk.cases({ q: number, limit: '2' })
  return found.items.find((row) => row.number === number)?.id ?? null
}

/** What a form is filled in with before anybody writes. */
export type Given = Partial<Record<CaseNeed, string>>

/** One action on a case, or on a part of it: what is filled in stays until the server has taken it, whoever was quicker. */
export function useAct(record: Ref<Case>, action: Ref<CaseAction>, part: string | null, filled: Given = {}) {
  const { t } = useWords()
  const refusalText = useRefusalText()
  const busy = ref(false)
  const refusal = ref<string | null>(null)
  const errors = shallowRef<Partial<Record<CaseNeed, string>>>({})
  const meanwhile = shallowRef<MeanwhileLine[]>([])
  const form = reactive<Given>({ department: record.value.department?.id ?? '', ...filled })
  const chosen = ref<string[]>([])
  const photos = shallowRef<PhotoLine[]>([])
  const before = shallowRef<PhotoLine[]>([])
  const needs = computed(() => needsOf(action.value))
  let seen = record.value.version

  function written(name: CaseNeed): string {
    if (name === 'departments') return chosen.value.join(' ')
    if (name === 'photo') return photos.value.map(({ photo_id: id }) => id).join(' ')
    return name === 'position' ? name : (form[name]?.trim() ?? '')
  }

  /** What was settled on the spot is shown as it was and as it is. */
  function pictures(): PhotoLine[] {
    if (action.value.code !== 'settle') return photos.value
    return [...before.value.map((line) => ({ ...line, role: 'before' as const })), ...photos.value.map((line) => ({ ...line, role: 'after' as const }))]
  }

  async function given(): Promise<Record<string, unknown> | null> {
    const filled = needs.value.map(({ name, required }) => [name, written(name), required] as const)
    const missing = filled.filter(([, value, required]) => required && value === '').map(([name]) => name)
    errors.value = Object.fromEntries(missing.map((name) => [name, t('centre.cases.needed')]))
    if (missing.length > 0) return null
    const values: Partial<Record<CaseNeed, string>> = Object.fromEntries(filled.filter(([, value]) => value !== '').map(([name, value]) => [name, value]))
    if (values.until) values.until = shanghaiToUtc(values.until)
    if (values.case) {
      const id = await idOf(values.case)
      if (id === null) errors.value = { case: t('centre.cases.no_such_case') }
      if (id === null) return null
      values.case = id
    }
    const where = values.position && { position: await whereAmI() }
    return { ...values, ...(values.departments && { departments: chosen.value }), ...(values.photo && { photo: pictures() }), ...where }
  }

  function show(failure: unknown): void {
    const known = failure instanceof Refusal ? failure : null
    const found = needs.value.map(({ name }) => [name, known?.field(name)] as const).filter(([, words]) => words)
    errors.value = Object.fromEntries(found)
    meanwhile.value = known?.meanwhile?.thread ?? []
    // Pressing again means: I have read it.
    seen = known?.meanwhile?.version ?? seen
    if (found.length === 0) refusal.value = failure instanceof NoPosition ? t(`centre.cases.no_position.${failure.why}`) : refusalText(failure)
  }

  /** Whether the server has taken it. */
  async function send(): Promise<boolean> {
    if (busy.value) return false
    refusal.value = null
    busy.value = true
    try {
      const values = await given()
      if (values === null) return false
      const { id } = record.value
      const done = await (part === null ? desk.actOnCase(id, action.value.code, seen, values) : desk.actOnPart(id, part, action.value.code, seen, values))
      offerUndo(done, action.value.code)
      return true
    } catch (failure) {
      show(failure)
      return false
    } finally {
      busy.value = false
    }
  }

  return { form, chosen, photos, before, needs, busy, refusal, errors, meanwhile, send }
}
