import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { current, leave } from '../../src/field/session/current'
import { saveMutation } from '../../src/sync/save'
import { fakeCaches } from '../sync/fake-caches'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { signIn } from './signed-in'

describe('signing out', () => {
  let db: GridfieldDb
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
      configurable: true, value: { getRegistration: () => Promise.resolve({ pushManager }) },
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
})
