import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { leaveProof, receiptOf } from '../../src/api/receipts'
import { idsOf, messageIn } from '../../src/sw/messages'
import { fakeCaches } from '../sync/fake-caches'

beforeEach(() => { vi.stubGlobal('caches', fakeCaches()) })
afterEach(() => { vi.unstubAllGlobals() })

describe('a push', () => {
  const message = { message_id: 'm1', title: '新任务', body: '复查', url: '/tasks/1', urgency: 'normal' }

  it.each([undefined, '', 'not json', 'null', '7', '{"title":"x"}', '{"message_id":1,"title":"x","url":"/"}'])('of %j is no message', (text) => {
    expect(messageIn(text)).toBeNull()
  })

  it('is told apart by its id, title and address', () => {
    expect(messageIn(JSON.stringify(message))).toEqual(message)
  })

  it('stands for itself, or for all that it names', () => {
    expect(idsOf({ ...message, urgency: 'normal' })).toEqual(['m1'])
    expect(idsOf({ ...message, urgency: 'normal', message_ids: ['m0', 'm1'] })).toEqual(['m0', 'm1'])
  })
})

describe('a receipt', () => {
  it('carries the proof that the session left, and none after signing out', async () => {
    await leaveProof('token')
    const { path, init } = await receiptOf('m/1', 'read')
    expect(path).toBe('/api/messages/m%2F1/receipts')
    expect(init.headers).toMatchObject({ 'X-CSRF-Token': 'token' })
    expect(init.body).toBe('{"event":"read","channel":"push"}')
    await leaveProof(null)
    expect((await receiptOf('m1', 'read')).init.headers).toMatchObject({ 'X-CSRF-Token': '' })
  })
})
