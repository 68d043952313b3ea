import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import type { Case } from '../../src/domain/records'
import CaseCalled from '../../src/field/hazards/case-called.vue'
import WhistlePage from '../../src/field/hazards/whistle-page.vue'
import { current } from '../../src/field/session/current'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { control, show, showAt, signIn } from './signed-in'

const called = [
  { department_id: 'd1', department: '消防', kind: 'whistle', state: 'arrived', due_at: null, arrived_at: '2026-11-22T04:00:00Z', arrived_by: '李队' },
  { department_id: 'd2', department: '住建', kind: 'whistle', state: 'called', due_at: '2026-11-22T05:00:00Z', arrived_at: null, arrived_by: null },
] as const

describe('a whistle from the phone', () => {
  let db: GridfieldDb
  let close = (): void => undefined

  beforeEach(async () => {
    const base = (kind: 'department' | 'case', id: string, row: object) => ({ kind, id, scope: 'global', version: 1, row: row as Case })
    const departments = [['d1', '消防'], ['d2', '住建'], ['d3', '城管']] as const
    db = await fillPhone([
      ...townRows([], [], 3), base('case', 'k1', { title: '飞线充电', called }),
      ...departments.map(([id, name]) => base('department', id, { code: id, name })),
    ] as never)
    await signIn(db)
  })

  afterEach(async () => {
    close()
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  const box = (name: string) => [...document.querySelectorAll('label')].find(({ textContent }) => textContent.includes(name))?.querySelector('input')

  it('asks whom and why, leaves out who is called already, and survives a kill', async () => {
    const first = await showAt('/whistle/k1', WhistlePage, { id: 'k1' })
    await expect.poll(() => box('城管')).toBeTruthy()
    await expect.poll(() => [box('消防')?.disabled, box('住建')?.disabled, box('城管')?.disabled]).toEqual([true, true, false])
    control('吹哨').click()
    await expect.poll(() => document.body.textContent).toContain('请选择要叫的部门')
    box('城管')?.click()
    await expect.poll(() => db.drafts.count()).toBe(1)
    first.page.unmount()

    const again = await showAt('/whistle/k1', WhistlePage, { id: 'k1' })
    close = () => { again.page.unmount() }
    await expect.poll(() => box('城管')?.checked).toBe(true)
    control('吹哨').click()
    await expect.poll(() => document.body.textContent).toContain('为什么要到场')
    await again.page.get('textarea').setValue('占道严重')
    control('吹哨').click()
    await expect.poll(() => db.drafts.count()).toBe(0)
    const [sent] = await db.outbox.toArray()
    expect(sent).toMatchObject({ name: 'case.whistle', args: { case_id: 'k1', departments: ['d3'], text: '占道严重' } })
    for (let i = 0; i < 2; i++) await current.value?.engine.kick('person')
  })

  it('shows who came, and until when the others must', () => {
    const { page } = show(CaseCalled, { called })
    close = () => { page.unmount() }
    expect(page.text()).toMatch(/消防.*已到场.*李队.*到场/)
    expect(page.text()).toMatch(/住建.*待签收.*前/)
  })
})
