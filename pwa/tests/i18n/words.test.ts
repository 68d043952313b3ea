import { describe, expect, it } from 'vitest'
import { say, wordsIn } from '../../src/i18n/words'

describe('a message', () => {
  it('is itself, or filled with named values', () => {
    expect(say('Plain')).toBe('Plain')
    expect(say('{n} of {total}', { n: 2, total: 5 })).toBe('2 of 5')
  })

  it.each([[0, 'Nothing'], [1, '1 to send'], [7, '7 to send']])('has a form for %i', (n, words) => {
    expect(say('Nothing | 1 to send | {n} to send', { n }, n)).toBe(words)
  })

  it.each([[0, '0 days'], [1, '1 day'], [3, '3 days']])('has two forms where none is not said: %i', (n, words) => {
    expect(say('{n} day | {n} days', { n })).toBe(words)
  })

  it('has one form for every number where the language knows no other', () => {
    expect(say('{n} 天', { n: 3 }, 3)).toBe('3 天')
  })
})

describe('a message file', () => {
  it('hangs at the place that its name says', () => {
    const words = wordsIn({ './zh-CN/field-tasks.json': { open: '待办', due: { today: '今天' } }, './zh-CN/shared.json': { back: '返回' } })
    expect([...words]).toEqual([['field.tasks.open', '待办'], ['field.tasks.due.today', '今天'], ['shared.back', '返回']])
  })
})
