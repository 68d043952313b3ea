import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { useReport } from '../../src/field/hazards/use-report'
import { takePhoto } from '../../src/field/photos/take-photo'
import { current } from '../../src/field/session/current'
import { unkept } from '../../src/field/storage/keep'
import { hasRoom, RESERVED_BYTES, roomIn } from '../../src/field/storage/room'
import StorageFacts from '../../src/field/storage/storage-facts.vue'
import UnkeptNote from '../../src/field/storage/unkept-note.vue'
import FeedbackPage from '../../src/field/me/feedback-page.vue'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { control, show, signIn } from './signed-in'

const MB = 1024 * 1024

describe('room for a photo', () => {
  it('ends before the disk is full, so that text still goes in', () => {
    const quota = 100 * RESERVED_BYTES
    expect(hasRoom(1000, { quota, usage: quota - RESERVED_BYTES - 1001 })).toBe(true)
    expect(hasRoom(1000, { quota, usage: quota - RESERVED_BYTES - 1000 })).toBe(false)
  })

  it('keeps less back where the browser grants little', () => {
    expect(hasRoom(MB, { quota: 100 * MB, usage: 80 * MB })).toBe(true)
    expect(hasRoom(MB, { quota: 100 * MB, usage: 89 * MB })).toBe(false)
  })

  it('is believed where the browser does not tell', () => {
    expect(hasRoom(1000, {})).toBe(true)
    expect(roomIn({})).toBeNull()
  })

  it('is told in photos, and as low in time', () => {
    expect(roomIn({ quota: 6000 * MB, usage: 0 })).toMatchObject({ photos: 20761, low: false })
    expect(roomIn({ quota: 6000 * MB, usage: 5930 * MB })).toMatchObject({ photos: 34, low: true })
    expect(roomIn({ quota: 6000 * MB, usage: 5999 * MB })).toMatchObject({ photos: 0, low: true })
  })
})

describe('a phone that is nearly full', () => {
  let db: GridfieldDb

  beforeEach(async () => {
    Object.defineProperty(navigator, 'geolocation', { configurable: true, value: { watchPosition: () => 1, clearWatch: () => undefined } })
    db = await fillPhone(townRows([], [], 3))
    await signIn(db)
    unkept.value = null
  })

  afterEach(async () => {
    vi.restoreAllMocks()
    Reflect.deleteProperty(navigator, 'storage')
    document.body.innerHTML = ''
    current.value = null
    await db.delete()
    closeDb(WORKER_ID)
  })

  function estimate(quota: number, usage: number): void {
    const storage = { estimate: () => Promise.resolve({ quota, usage }), persist: () => Promise.resolve(true) }
    Object.defineProperty(navigator, 'storage', { configurable: true, value: storage })
  }

  /** The disk takes no more work, as IndexedDB says it. */
  function fillDisk(): void {
    for (const way of ['put', 'add'] as const) {
      const store = IDBObjectStore.prototype as unknown as Record<string, (this: IDBObjectStore, ...row: unknown[]) => IDBRequest>
      const write = store[way]
      vi.spyOn(store, way).mockImplementation(function (this: IDBObjectStore, ...row) {
        if (this.name === 'drafts' || this.name === 'journal') throw new DOMException('full', 'QuotaExceededError')
        return write?.apply(this, row) as IDBRequest
      })
    }
  }

  it('refuses a new photo and says why; a text record goes in', async () => {
    estimate(6000 * MB, 5990 * MB)
    const file = new File([Uint8Array.from([0xff, 0xd8, 0xff, 0xe0])], 'x.jpg')
    const shot = { file, imported: false, person: '张三', fix: null }
    const context = { draft_id: 'd', owner_kind: 'case' as const, owner_id: 'd', place: '' }
    const stamp = { unsynced: '', imported: '', noPosition: '', photo: '' }
    await expect(takePhoto(db, shot, context, stamp)).rejects.toMatchObject({ reason: 'no_room' })
    const report = effectScope().run(() => useReport(null, null)) as ReturnType<typeof useReport>
    await report.change({ note: '楼道' })
    expect(await db.drafts.count()).toBe(1)
  })

  it('says nothing of the room where the figure is made up', async () => {
    estimate(10 * 1024 * MB + 12_345, 12_345)
    const { page } = show(StorageFacts)
    await expect.poll(() => document.body.textContent).toContain('系统不会自动清理')
    expect(document.body.textContent).not.toMatch(/张照片|还剩/)
    page.unmount()
  })

  it('says how much still goes in, and what to do', async () => {
    estimate(6000 * MB, 5930 * MB)
    const { page } = show(StorageFacts)
    await expect.poll(() => document.body.textContent).toContain('只能再存约 34 张照片')
    expect(document.body.textContent).toContain('立即上传')
    page.unmount()
  })

  it('keeps what was typed on the screen when nothing can be written, says so, and writes it when there is room', async () => {
    const note = show(UnkeptNote).page
    const report = effectScope().run(() => useReport(null, null)) as ReturnType<typeof useReport>
    await report.load()
    fillDisk()
    await report.change({ note: '楼道堆物' })
    expect(report.work.value.note).toBe('楼道堆物')
    await expect.poll(() => document.body.textContent).toContain('手机存储满了')
    expect(await db.drafts.count()).toBe(0)
    vi.restoreAllMocks()
    control('再存一次').click()
    await expect.poll(() => unkept.value).toBeNull()
    expect((await db.drafts.toArray())[0]?.data).toMatchObject({ note: '楼道堆物' })
    note.unmount()
  })

  it('does not say "saved" of feedback that could not be, nor lose its words', async () => {
    const { page, router } = show(FeedbackPage)
    await expect.poll(() => document.querySelector('textarea')).not.toBeNull()
    const field = document.querySelector('textarea') as HTMLTextAreaElement
    field.value = '字太小'
    field.dispatchEvent(new Event('input'))
    await expect.poll(() => db.drafts.count()).toBe(1)
    fillDisk()
    control('提交').click()
    await expect.poll(() => unkept.value?.full).toBe(true)
    expect(field.value).toBe('字太小')
    expect(router.currentRoute.value.name).not.toBe('me')
    expect([await db.outbox.count(), await db.drafts.count()]).toEqual([0, 1])
    page.unmount()
  })
})
