import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { getMeta, setMeta } from '../../src/db/meta'
import { closeDb, openDb, type GridfieldDb } from '../../src/db/open'
import { current, leave } from '../../src/field/session/current'
import SignOut from '../../src/field/me/sign-out.vue'
import RescueCard from '../../src/field/sync/rescue-card.vue'
import { saveMutation } from '../../src/sync/save'
import { fakeCaches } from '../sync/fake-caches'
import { fillPhone, SESSION, townRows, WORKER_ID } from '../fixtures/phone'
import { control, show, signIn } from './signed-in'

let db: GridfieldDb

describe('signing out', () => {
  let subscribed: boolean

  beforeEach(async () => {
    subscribed = true
    const unsubscribe = () => Promise.resolve((subscribed = false))
    const pushManager = { getSubscription: () => Promise.resolve(subscribed ? { unsubscribe } : null) }
    vi.stubGlobal('caches', fakeCaches())
    vi.stubGlobal('PushManager', vi.fn())
    vi.stubGlobal('Notification', vi.fn())
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204, headers: { 'X-Sync': '1', 'X-Epoch': 'epoch-1' } })))
    Object.defineProperty(navigator, 'serviceWorker', {
      configurable: true, value: { getRegistration: () => Promise.resolve({ scope: 'https://gridfield.example/', pushManager }) },
    })
    db = await fillPhone(townRows([], [], 1))
    await signIn(db)
  })

  afterEach(async () => {
    current.value = null
    Reflect.deleteProperty(navigator, 'serviceWorker')
    vi.unstubAllGlobals()
    await db.delete()
    closeDb(WORKER_ID)
  })

  it('takes the phone off the push service: the next person gets none of it', async () => {
    await leave()
    expect(current.value).toBeNull()
    expect(subscribed).toBe(false)
  })

  it('is refused with unsent work, and the messages still come', async () => {
    await saveMutation(db, { name: 'task.read', args: { task_id: 't1' } })
    await expect(leave()).rejects.toThrow('unsent work')
    expect(current.value).not.toBeNull()
    expect(subscribed).toBe(true)
  })

  it('is offered after an export, says what the file holds, and is refused again after the next save', async () => {
    const identity = await generateX25519Identity()
    await setMeta(db, 'session', { ...SESSION, rescue_recipient: await identityToRecipient(identity) })
    const save = () => saveMutation(db, { name: 'feedback.submit', args: { feedback_id: 'f1', text: '字小' } })
    await save()
    expect(await askToLeave()).toContain('待上传的记录 1 条')
    expect(said()).toContain('现在不能退出')

    await exportAll()
    expect(await askToLeave()).toMatch(/待上传的记录 1 条.*gridfield-wgy01-\d+\.age.*交给指挥中心/s)
    expect(said()).not.toContain('现在不能退出')

    await save()
    expect(await askToLeave()).toContain('现在不能退出')
    await exportAll()
    await askToLeave()
    const [, confirm] = [...document.querySelectorAll<HTMLElement>('button')].filter(({ textContent }) => textContent.includes('退出登录'))
    confirm?.click()
    await vi.waitFor(() => { expect(current.value).toBeNull() })
    expect(await openDb(WORKER_ID).outbox.count()).toBe(2)
  })
})

const said = (): string => document.querySelector('dialog[open]')?.textContent ?? ''

/** Presses the button, and answers what is said. */
async function askToLeave(): Promise<string> {
  show(SignOut)
  control('退出登录').click()
  await vi.waitFor(() => { expect(said()).not.toBe('') })
  return said()
}

/** Makes the file and saves it among the downloads. */
async function exportAll(): Promise<void> {
  show(RescueCard)
  control('导出未上传内容').click()
  await vi.waitFor(() => control('保存到手机'))
  const before = await getMeta(db, 'exported')
  control('保存到手机').click()
  await vi.waitFor(async () => { expect(await getMeta(db, 'exported')).not.toEqual(before) })
}
