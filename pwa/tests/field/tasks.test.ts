import type { Component } from 'vue'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { draftOf } from '../../src/db/drafts'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import type { Row } from '../../src/domain/records'
import { current } from '../../src/field/session/current'
import FinishPage from '../../src/field/tasks/finish-page.vue'
import { nextStep } from '../../src/field/tasks/next-step'
import { compareTasks } from '../../src/field/tasks/task-order'
import TaskPage from '../../src/field/tasks/task-page.vue'
import { fillPhone, taskOf, taskRows, townRows, WORKER_ID } from '../fixtures/phone'
import { control, show, signIn } from './signed-in'

const NOW = Date.parse('2026-11-22T04:00:00Z')

describe('the order of tasks', () => {
  const here = { lng: 121.07, lat: 32.065 }
  const order = (tasks: Row<'task'>[], from: typeof here | null) => tasks.sort(compareTasks(from, NOW)).map(({ id }) => id)

  it('is overdue, then urgent, then nearest', () => {
    const far = taskOf('far', { lng: 121.2 })
    const urgent = taskOf('urgent', { urgency: 'urgent', lng: 121.3 })
    const late = taskOf('late', { due_at: '2026-11-22T03:00:00Z', lng: 121.4 })
    expect(order([far, taskOf('near'), urgent, late], here)).toEqual(['late', 'urgent', 'near', 'far'])
  })

  it('is what is due first when nobody knows where we are', () => {
    const soon = taskOf('soon', { due_at: '2126-11-22T05:00:00Z', lng: null })
    expect(order([taskOf('later'), soon], null)).toEqual(['soon', 'later'])
  })
})

describe('where a task is done', () => {
  it('is the house for an inspection, and nowhere special for a visit', () => {
    expect(nextStep(taskOf('t'))?.to).toEqual({ name: 'inspect', params: { id: 'house-1' }, query: { task: 't' } })
    expect(nextStep(taskOf('t', { kind: 'visit' }))).toBeNull()
    expect(nextStep(taskOf('t', { house_id: null }))).toBeNull()
  })
})

describe('a task on the phone', () => {
  let db: GridfieldDb
  let close: () => void

  const saved = () => db.journal.orderBy('n').toArray()
  const open = (screen: Component) => {
    const { page, router } = show(screen, { id: 't1' })
    close = () => { page.unmount() }
    return { page, router }
  }

  beforeEach(async () => {
    db = await fillPhone([...townRows([], [], 2), ...taskRows(taskOf('t1'), true)])
    await signIn(db)
  })

  afterEach(async () => {
    close()
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  it('is marked read once, however often the screen is drawn', async () => {
    open(TaskPage)
    await expect.poll(async () => (await saved()).map(({ name }) => name)).toEqual(['task.read'])
    control('接受任务').click()
    await expect.poll(async () => (await saved()).map(({ name }) => name)).toEqual(['task.read', 'task.accept'])
    await expect.poll(() => document.body.textContent).toContain('去复查')
    expect((await saved()).filter(({ name }) => name === 'task.read')).toHaveLength(1)
  })

  it('goes back only with a reason', async () => {
    open(TaskPage)
    await expect.poll(() => document.body.textContent).toContain('退回任务')
    control('退回任务').click()
    await expect.poll(() => document.body.textContent).toContain('为什么退回')
    const send = [...document.querySelectorAll<HTMLElement>('dialog button')].find((button) => button.textContent.includes('退回任务'))
    send?.click()
    await expect.poll(() => document.body.textContent).toContain('请写明原因')
    control('找不到这个地址').click()
    await expect.poll(() => control('找不到这个地址').getAttribute('aria-pressed')).toBe('true')
    send?.click()
    await expect.poll(async () => (await saved()).at(-1)?.args).toMatchObject({ reason: '找不到这个地址', seen_state: 'assigned' })
  })

  it('is not finished without the photo that its kind asks for, and keeps the words', async () => {
    const { page } = open(FinishPage)
    await expect.poll(() => page.find('textarea').exists()).toBe(true)
    await page.find('textarea').setValue('已清理')
    await expect.poll(async () => (await draftOf<{ text: string }>(db, 'task', 't1'))?.data.text).toBe('已清理')
    await expect.poll(() => document.body.textContent).toContain('这类任务要有照片')
    control('完成').click()
    await expect.poll(() => document.body.textContent).toContain('请先拍一张照片')
    expect(await saved()).toEqual([])
  })
})
