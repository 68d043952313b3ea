import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import type { DeadRow } from '../../src/db/schema'
import { isMendable, mend } from '../../src/field/attention/mend'
import StrikeOffPage from '../../src/field/hazards/strike-off-page.vue'
import { current } from '../../src/field/session/current'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { control, showAt, signIn } from './signed-in'

const asked = [{ code: 'D01', photo_on_fail: 'required' }]
const found = {
  title: '飞线充电', item_code: 'D01', inspection_id: 'i1', severity: 'serious', state: 'awaiting_check', closed_at: null, address: '城东路 8 号',
}

describe('a recheck on the phone', () => {
  let db: GridfieldDb
  let close = (): void => undefined

  beforeEach(async () => {
    const base = (kind: string, id: string, row: object) => ({ kind, id, scope: 'global', version: 1, row })
    db = await fillPhone([
      ...townRows([], [], 3), base('case', 'k1', found), base('checklist', 'c1', { state: 'published', items: asked }),
      base('photo', 'p1', { owner_id: 'i1', item_code: 'D01', arrived: false }),
    ] as never)
    await signIn(db)
  })

  afterEach(async () => {
    close()
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  it('passes with a photo, fails with words, and survives a kill', async () => {
    const first = await showAt('/strike-off/k1?task=t1', StrikeOffPage, { id: 'k1' })
    await expect.poll(() => document.body.textContent).toContain('飞线充电')
    control('已整改，通过').click()
    await expect.poll(() => document.body.textContent).toContain('须拍一张整改后的照片')
    control('未整改，不通过').click()
    await expect.poll(() => document.body.textContent).toContain('不通过请写明')
    expect(await db.outbox.count()).toBe(0)
    await first.page.get('textarea').setValue('线还在')
    await expect.poll(() => db.drafts.toArray()).toMatchObject([{ kind: 'strike_off', owner_id: 'k1' }])
    first.page.unmount()

    const again = await showAt('/strike-off/k1', StrikeOffPage, { id: 'k1' })
    close = () => { again.page.unmount() }
    await expect.poll(() => again.page.find('textarea').exists() && again.page.get('textarea').element.value).toBe('线还在')
    await expect.poll(() => document.body.textContent).not.toContain('检查时没有拍照')
    control('未整改，不通过').click()
    await expect.poll(() => db.outbox.count()).toBe(1)
    const [sent] = await db.outbox.toArray()
    expect(sent).toMatchObject({
      name: 'finding.recheck', args: { case_id: 'k1', passed: false, note: '线还在', task_id: 't1', before_photo_id: 'p1', photos: [] },
    })
    expect(await db.drafts.count()).toBe(0)
    for (let i = 0; i < 2; i++) await current.value?.engine.kick('person')
  })

  it('opens again with what it said when it was refused, unless that cannot help', async () => {
    const args = { recheck_id: 'r1', case_id: 'k1', passed: true, note: '已改', task_id: 't1', photos: [] }
    const letter = { mutation_id: 'm1', name: 'finding.recheck', code: 'photo-required', args, errors: [] } as unknown as DeadRow

    expect(await isMendable(db, letter)).toBe(true)
    expect(await isMendable(db, { ...letter, code: 'forbidden' })).toBe(false)
    expect(await mend(db, letter)).toMatchObject({ name: 'strike-off', params: { id: 'k1' } })
    expect(await db.drafts.toArray()).toMatchObject([{ kind: 'strike_off', owner_id: 'k1', data: { note: '已改', task_id: 't1' } }])
  })
})
