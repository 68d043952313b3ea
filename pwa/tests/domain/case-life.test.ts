import { describe, expect, it } from 'vitest'

import { allows, presses } from '../../src/domain/case-life'
import { EMERGENCY } from '../../src/domain/mutations'
import type { Called, Case } from '../../src/domain/records'

const ME = { id: 'me', grids: [{ id: 'g1' }] }
const CASE: Case = {
  number: 'A1', house_id: null, source: 'report', inspection_id: null, item_code: 'P02', title: '', severity: 'general',
  state: 'filed', department_name: null, note: null, lng: null, lat: null, address: null, reporter_id: 'another', reporter_name: '',
  reported_at: '2026-11-23T01:00:00Z', due_at: null, closed_at: null, grid_id: 'g1', restricted: false,
}

function may(action: string, facts: Partial<Case> = {}): boolean {
  return allows(action, { ...CASE, ...facts }, ME)
}

describe('a whistle', () => {
  it.each(['reported', 'dispatched', 'in_progress', 'suspended', 'checked'] as const)('is blown while the case is %s', (state) => {
    expect(may('whistle', { state })).toBe(true)
  })

  it.each([
    [{ state: 'closed' }], [{ state: 'voided' }], [{ restricted: true }], [{ grid_id: 'g2' }],
  ] as [Partial<Case>][])('is not at %j', (facts) => {
    expect(may('whistle', facts)).toBe(false)
  })
})

describe('a further report', () => {
  const urgent: Partial<Case> = { item_code: EMERGENCY, severity: 'critical', reporter_id: 'me', grid_id: 'g2' }

  it('is its author\'s, of an urgent case, until it ends', () => {
    expect(may('follow', urgent)).toBe(true)
    expect(may('final', urgent)).toBe(true)
    expect(may('follow', { ...urgent, item_code: 'P02' })).toBe(false)
    expect(may('follow', { ...urgent, reporter_id: 'another' })).toBe(false)
    expect(may('follow', { ...urgent, state: 'closed' })).toBe(false)
  })
})

describe('striking off', () => {
  const called: Called = { department_id: 'd', department: '消防', kind: 'support', state: 'signed', due_at: null, arrived_at: null, arrived_by: null }

  it('is of findings, and waits for other departments', () => {
    expect(may('strike_off', { inspection_id: 'i' })).toBe(true)
    expect(may('strike_off')).toBe(false)
    expect(may('strike_off', { inspection_id: 'i', called: [called] })).toBe(false)
    expect(may('strike_off', { inspection_id: 'i', called: [{ ...called, state: 'done' }] })).toBe(true)
  })
})

describe('settling', () => {
  it('is for general matters before they are dispatched', () => {
    expect(may('settle')).toBe(true)
    expect(may('settle', { severity: 'serious' })).toBe(false)
    expect(may('settle', { state: 'dispatched' })).toBe(false)
  })
})

it('what is urgent stands first until it ends', () => {
  expect(presses({ item_code: EMERGENCY, closed_at: null })).toBe(true)
  expect(presses({ item_code: EMERGENCY, closed_at: '2026-11-23T01:00:00Z' })).toBe(false)
  expect(presses({ item_code: 'P02', closed_at: null })).toBe(false)
})
