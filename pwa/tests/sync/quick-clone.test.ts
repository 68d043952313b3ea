import { describe, expect, it } from 'vitest'

import { quickClone } from '../faults/quick-clone'

const row = {
  id: 'a', none: null, missing: undefined, list: [1, [true, { deep: 'x' }]], when: new Date(0), bytes: new Uint8Array([1, 2]),
  at: new Map([['k', { v: 1 }]]),
}

describe('a copy of a row of the stores', () => {
  it('is what structuredClone gives', () => {
    expect(quickClone(row)).toStrictEqual(structuredClone(row))
  })

  it('shares nothing with the row', () => {
    const copy = quickClone(row)
    ;(copy.list[1] as unknown[])[0] = false
    copy.bytes[0] = 9
    copy.when.setTime(1)
    expect(row).toStrictEqual({ ...row, list: [1, [true, { deep: 'x' }]], when: new Date(0), bytes: new Uint8Array([1, 2]) })
  })

  it('is refused where no row may be so', () => {
    expect(() => quickClone({ call: () => 1 })).toThrow('could not be cloned')
    expect(() => quickClone([Symbol('s')])).toThrow('could not be cloned')
  })
})
