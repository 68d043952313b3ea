import { describe, expect, it } from 'vitest'
import { appendPage, mergeTop } from '../../src/centre/data/merge'

interface Row {
  id: string
  at: string
  note?: string
}

const row = (id: string, minute: number, note?: string): Row => ({
  id,
  at: `2026-11-22T08:${String(minute).padStart(2, '0')}:00Z`,
  ...(note !== undefined && { note }),
})
const order = ({ at }: Row): number => Date.parse(at)
const ids = (rows: readonly Row[]): string => rows.map(({ id }) => id).join('')

describe('a fresh top of the list', () => {
  it('puts new rows first and keeps the pages loaded below', () => {
    const merged = mergeTop([row('c', 3), row('b', 2), row('a', 1)], [row('d', 4), row('c', 3)], order, false)
    expect(ids(merged.rows)).toBe('dcba')
    expect(merged.arrived).toBe(1)
  })

  it('takes over what changed in a row without counting it as new', () => {
    const merged = mergeTop([row('b', 2, 'photos 1/3'), row('a', 1)], [row('b', 2, 'photos 3/3')], order, false)
    expect(merged.rows[0]?.note).toBe('photos 3/3')
    expect(merged.arrived).toBe(0)
  })

  it('drops a row that the fresh page covers but no longer holds', () => {
    const merged = mergeTop([row('c', 3), row('b', 2), row('a', 1)], [row('c', 3), row('a', 1)], order, false)
    expect(ids(merged.rows)).toBe('ca')
  })

  it('drops everything else when the fresh page is the whole list', () => {
    expect(ids(mergeTop([row('b', 2), row('a', 1)], [row('b', 2)], order, true).rows)).toBe('b')
    expect(mergeTop([row('a', 1)], [], order, true).rows).toEqual([])
  })
})

it('a next page never repeats a row that slid down between two requests', () => {
  expect(ids(appendPage([row('c', 3), row('b', 2)], [row('b', 2), row('a', 1)]))).toBe('cba')
})
