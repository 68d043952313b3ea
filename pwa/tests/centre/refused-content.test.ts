import { describe, expect, it } from 'vitest'

import { answersIn, kindOf, said } from '../../src/centre/refusals/content'

const word = (group: string, value: string): string => (value === 'known' ? `${group}!` : value)

describe('what a refused record says', () => {
  it('is told by the names that people know, whatever else it holds', () => {
    const args = { outcome: 'known', note: '楼道', distance_m: 0, photos: [1], house_id: 'h1', text: null, reason: { deep: 1 } }
    expect(said(args, word)).toEqual([
      { name: 'outcome', value: 'outcome!' }, { name: 'note', value: '楼道' }, { name: 'distance_m', value: '0' },
    ])
  })

  it.each([[undefined], ['text'], [[null, 7, {}, { code: 9 }]]])('has no answers in %j', (answers) => {
    expect(answersIn({ answers })).toEqual([])
  })

  it('has its answers, with what they leave out as nothing', () => {
    expect(answersIn({ answers: [{ code: 'D01', verdict: 'fail' }] })).toEqual([
      { code: 'D01', verdict: 'fail', number: null, text: null, note: null, severity: null },
    ])
  })

  it('goes by its own name where the desk knows none', () => {
    expect([kindOf('known', word), kindOf('house.register', word)]).toEqual(['mutation!', 'house.register'])
  })
})
