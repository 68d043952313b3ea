import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { draftOf } from '../../src/db/drafts'
import FinishPage from '../../src/field/tasks/finish-page.vue'
import type { TaskWork } from '../../src/field/tasks/finish-task'
import { current } from '../../src/field/session/current'
import type { TaskKind } from '../../src/domain/records'
import { fillPhone, taskOf, taskRows, townRows, WORKER_ID } from '../fixtures/phone'
import { control, showAt, signIn } from './signed-in'

describe('the result of a task to verify', () => {
  let db: GridfieldDb
  let close = (): void => undefined

  async function open(kind: TaskKind) {
    const task = taskOf('t1', { kind, state: 'accepted' })
    db = await fillPhone([...townRows([], [], 3), ...taskRows(task, false)])
    await signIn(db)
    const { page } = await showAt('/task-finish/t1', FinishPage, { id: 't1' })
    close = () => { page.unmount() }
    await expect.poll(() => document.querySelector('textarea')).not.toBeNull()
    return page
  }

  const sent = () => db.outbox.toArray()

  beforeEach(() => {
    Object.defineProperty(navigator, 'geolocation', {
      configurable: true, value: { watchPosition: () => 1, clearWatch: () => undefined },
    })
  })

  afterEach(async () => {
    close()
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  it('is chosen, explained where it does not confirm, and sent', async () => {
    const page = await open('verify')
    control('完成').click()
    await expect.poll(() => document.body.textContent).toContain('请先选核实结果')
    control('不属实').click()
    await expect.poll(() => control('不属实').getAttribute('aria-pressed')).toBe('true')
    control('完成').click()
    await expect.poll(() => document.body.textContent).toContain('请写明现场情况')
    expect(await sent()).toEqual([])

    await page.get('textarea').setValue('到场查看，通道畅通')
    await expect.poll(async () => (await draftOf<TaskWork>(db, 'task', 't1'))?.data).toMatchObject({ outcome: 'refuted', text: '到场查看，通道畅通' })
    control('完成').click()

    await expect.poll(sent).toMatchObject([
      { name: 'task.finish', args: { task_id: 't1', outcome: 'refuted', text: '到场查看，通道畅通', photos: [] } },
    ])
  })

  it('needs no words where it is as reported', async () => {
    await open('verify')
    control('属实').click()
    control('完成').click()

    await expect.poll(sent).toMatchObject([{ name: 'task.finish', args: { outcome: 'confirmed', text: null } }])
  })

  it('is asked of no other task', async () => {
    await open('other')
    expect(document.body.textContent).not.toContain('核实结果')
    control('完成').click()

    await expect.poll(sent).toMatchObject([{ name: 'task.finish', args: { outcome: null } }])
  })
})
