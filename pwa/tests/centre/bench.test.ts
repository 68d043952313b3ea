import { describe, expect, it } from 'vitest'
import type { QueueRow } from '../../src/api/desk-queue'
import { commandOf } from '../../src/centre/bench/keys'
import { coveredBy, nextAfter, patch, ticksBetween } from '../../src/centre/bench/patch'
import { timeLeft } from '../../src/centre/bench/time-left'
import { lettersFor } from '../../src/centre/cases/letters'

const row = (id: string, minute = 0, urgency = 2, version = 1): QueueRow =>
  ({ id, urgency, version, step_due_at: `2026-11-22T08:${String(minute).padStart(2, '0')}:00Z` }) as QueueRow
const ids = (rows: readonly { id: string; left?: boolean }[]): string => rows.map(({ id, left }) => (left ? `(${id})` : id)).join('')

describe('the rows on screen', () => {
  const rows = [row('a', 1), row('b', 2), row('c', 3)]

  it('keep their place when they change, leave or come back, and new ones wait', () => {
    const first = patch(rows, new Set(['b', 'c', 'd']), [row('d', 0, 1), row('c', 0, 1, 2)])
    expect(ids(first.rows)).toBe('a(b)c')
    expect(first.rows[2]?.version).toBe(2)
    expect(ids(first.arrived)).toBe('d')
    expect(ids(patch(first.rows, new Set(['b']), [row('b')]).rows)).toBe('abc')
  })

  it('are covered by a fresh first page as far as it reaches', () => {
    expect([...coveredBy([row('a', 1), row('x', 2)], false, rows)]).toEqual(['a', 'b'])
    expect([...coveredBy([row('a', 1)], true, rows)]).toEqual(['a', 'b', 'c'])
    expect([...coveredBy([row('z', 9, 1)], false, rows)]).toEqual([])
  })

  it('lead to the next that still waits, round the end', () => {
    const some = [row('a'), { ...row('b'), left: true }, row('c')]
    expect(nextAfter(some, 'a')?.id).toBe('c')
    expect(nextAfter(some, 'c')?.id).toBe('a')
    expect(nextAfter(some, 'elsewhere')?.id).toBe('a')
    expect(nextAfter([], 'a')).toBeUndefined()
  })

  it('are ticked from one to the other, upwards too', () => {
    expect(ticksBetween(rows, 'c', 'b')).toEqual(['b', 'c'])
    expect(ticksBetween(rows, 'b', 'gone')).toEqual([])
  })
})

describe('the keys', () => {
  const press = (key: string, more: KeyboardEventInit = {}, on: Element = document.body, afterG = false) => {
    const event = new KeyboardEvent('keydown', { key, ...more })
    Object.defineProperty(event, 'target', { value: on })
    return commandOf(event, afterG)
  }

  it('move, mark and open views', () => {
    expect(press('j')).toEqual({ do: 'move', by: 1, tick: false })
    expect(press('ArrowUp', { shiftKey: true })).toEqual({ do: 'move', by: -1, tick: true })
    expect(press('o', {}, document.body, true)).toEqual({ do: 'view', view: 'overdue' })
    expect(press('d')).toEqual({ do: 'letter', letter: 'd' })
    expect(press('?')).toEqual({ do: 'help' })
    expect(press('PageUp')).toMatchObject({ do: 'move', by: -8 })
    expect(press('End', { shiftKey: true })).toEqual({ do: 'move', by: Infinity, tick: true })
  })

  it('are letters to whoever writes, composes a word, or holds a modifier', () => {
    const input = document.body.appendChild(document.createElement('input'))
    expect(press('j', {}, input)).toBeNull()
    expect(press('j', { isComposing: true })).toBeNull()
    expect(press('Process')).toBeNull()
    expect(press('c', { ctrlKey: true })).toBeNull()
  })

  it('leave Enter to the button that has the focus', () => {
    expect(press('Enter', {}, document.createElement('button'))).toBeNull()
    expect(press('Enter')).toEqual({ do: 'open' })
  })

  it('give each action on offer a letter of its own, whatever a newer server offers', () => {
    const letters = lettersFor(['sign', 'return', 'take_back', 'brand_new', 'note'])
    expect([letters.get('sign'), letters.get('return'), letters.get('note')]).toEqual(['s', 'b', 'm'])
    expect(new Set(letters.values()).size).toBe(5)
    for (const letter of letters.values()) expect('gjknruwxW').not.toContain(letter)
  })
})

describe('the time left', () => {
  const now = Date.parse('2026-11-22T08:00:00Z')

  it('turns yellow two hours before and red after', () => {
    expect(timeLeft('2026-11-22T12:30:00Z', now)).toEqual({ unit: 'hours', n: 4, over: false, tone: 'good' })
    expect(timeLeft('2026-11-22T08:59:00Z', now)).toMatchObject({ unit: 'minutes', n: 59, tone: 'warn' })
    expect(timeLeft('2026-11-19T08:00:00Z', now)).toEqual({ unit: 'days', n: 3, over: true, tone: 'bad' })
  })
})
