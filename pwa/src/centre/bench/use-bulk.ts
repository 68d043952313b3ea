import { computed, reactive, ref, shallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { CaseAction, CaseNeed } from '../../api/desk-acts'
import type { BulkLine, QueueRow } from '../../api/desk-queue'
import { offerUndoOfMany } from '../cases/undo'
import { useRefusalText } from '../parts/refusal-text'
import { shanghaiToUtc } from '../tasks/assign'

const FOR_ONE = ['case', 'departments', 'item', 'photo', 'rating']

export interface Need {
  name: CaseNeed
  required: boolean
}

/** Steps that many cases can be given at once. */
function forMany(actions: readonly CaseAction[]): CaseAction[] {
  return actions.filter(({ needs }) => !needs.some((need) => !need.endsWith('?') && FOR_ONE.includes(need)))
}

/** One step on many cases: chosen, told for each, then done. */
export function useBulk(rows: () => readonly QueueRow[]) {
  const refusalText = useRefusalText()
  const actions = shallowRef<CaseAction[]>([])
  const code = ref('')
  const form = reactive<Partial<Record<CaseNeed, string>>>({})
  const lines = shallowRef<BulkLine[]>([])
  const stage = ref<'form' | 'preview' | 'done'>('form')
  const busy = ref(false)
  const refusal = ref('')
  const action = computed(() => actions.value.find((each) => each.code === code.value))
  const needs = computed<Need[]>(() =>
    (action.value?.needs ?? [])
      .map((need) => ({ name: need.replace('?', '') as CaseNeed, required: !need.endsWith('?') }))
      .filter(({ name }) => !FOR_ONE.includes(name)),
  )

  async function guarded(work: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    refusal.value = ''
    try {
      await work()
    } catch (failure) {
      refusal.value = refusalText(failure)
    }
    busy.value = false
  }

  /** Begins anew: what can be done with one of each state can be tried with all, and the preview tells. */
  const begin = (): Promise<void> => guarded(async () => {
    Object.assign(form, { text: '', reason: '', department: '', until: '' })
    stage.value = 'form'
    lines.value = []
    actions.value = []
    const examples = new Map(rows().map(({ state, id }) => [state, id]))
    const found = await Promise.all([...examples.values()].map((id) => desk.case(id)))
    const all = new Map(found.flatMap((record) => record.actions).map((each) => [each.code, each]))
    actions.value = forMany([...all.values()])
    code.value = actions.value[0]?.code ?? ''
  })

  async function ask(dryRun: boolean, some: readonly { id: string; version: number }[]): Promise<BulkLine[]> {
    const filled = needs.value.map(({ name }) => [name, form[name]?.trim() ?? ''] as const).filter(([, value]) => value !== '')
    const given = Object.fromEntries(filled.map(([name, value]) => [name, name === 'until' ? shanghaiToUtc(value) : value]))
    return desk.bulk({
      action: code.value,
      dry_run: dryRun,
      given,
      cases: some.map(({ id, version }) => ({ id, seen: version })),
    })
  }

  const preview = (): Promise<void> => guarded(async () => {
    lines.value = await ask(true, rows())
    stage.value = 'preview'
  })

  /** Does it with those that allow it; what the preview refused is not tried. */
  const carryOut = (): Promise<void> => guarded(async () => {
    const able = lines.value.filter(({ ok }) => ok).map(({ id, version = 0 }) => ({ id, version }))
    const done = new Map((await ask(false, able)).map((line) => [line.id, line]))
    lines.value = lines.value.map((line) => done.get(line.id) ?? line)
    offerUndoOfMany([...done.values()], code.value)
    stage.value = 'done'
  })

  return { actions, code, action, needs, form, lines, stage, busy, refusal, begin, preview, carryOut }
}
