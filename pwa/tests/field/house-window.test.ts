import { describe, expect, it } from 'vitest'
import { spanOf } from '../../src/field/houses/use-window'

const heights = [100, 200, 100, 300, 100]

describe('the rows that stand in the page', () => {
  it('are those that touch the stretch, and the rest is room of its height', () => {
    expect(spanOf(heights, 150, 350)).toEqual({ first: 1, end: 3, before: 100, after: 400 })
    expect(spanOf(heights, 300, 301)).toEqual({ first: 2, end: 3, before: 300, after: 400 })
  })

  it('begin at the first above the list, and end with the last below it', () => {
    expect(spanOf(heights, -900, 50)).toEqual({ first: 0, end: 1, before: 0, after: 700 })
    expect(spanOf(heights, 750, 9000)).toEqual({ first: 4, end: 5, before: 700, after: 0 })
    expect(spanOf(heights, 5000, 9000)).toEqual({ first: 4, end: 5, before: 700, after: 0 })
  })

  it('are none of none', () => {
    expect(spanOf([], 0, 900)).toEqual({ first: 0, end: 0, before: 0, after: 0 })
  })
})
