import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import { listUnsent } from '../../src/db/unsent'
import { current } from '../../src/field/session/current'
import AppShell from '../../src/field/shell/app-shell.vue'
import { saveMutation } from '../../src/sync/save'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { fakeCaches } from '../sync/fake-caches'
import { show, signIn } from './signed-in'

let db: GridfieldDb

beforeEach(async () => {
  const headers = { 'X-Sync': '1', 'X-Epoch': 'epoch-1', 'Content-Type': 'application/problem+json' }
  const over = JSON.stringify({ type: '/problems/unauthenticated', status: 401 })
  vi.stubGlobal('caches', fakeCaches())
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(over, { status: 401, headers })))
  db = await fillPhone(townRows([], [], 1))
  await signIn(db)
})

afterEach(async () => {
  current.value?.engine.stop()
  current.value = null
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
  await db.delete()
  closeDb(WORKER_ID)
})

it('asks for the password over the page that the worker is on, and the work stays', async () => {
  await saveMutation(db, { name: 'feedback.submit', args: { feedback_id: 'f1', text: '字小' } })
  const before = await listUnsent(db)
  const page = defineComponent(() => () => h(AppShell, () => h('textarea', { id: 'begun' })))
  show(page)
  const begun = document.querySelector<HTMLTextAreaElement>('#begun')
  if (begun) begun.value = '写到一半'
  current.value?.engine.start()

  await vi.waitFor(() => { expect(document.querySelector('dialog[open] input[type=password]')).not.toBeNull() }, { timeout: 20_000 })
  expect(document.querySelector<HTMLTextAreaElement>('#begun')?.value).toBe('写到一半')
  expect(await listUnsent(db)).toEqual(before)
})
