import { describe, expect, it } from 'vitest'
import { wordsIn } from '../../src/i18n/words'

const chinese = import.meta.glob<object>('../../src/i18n/zh-CN/*.json', { eager: true, import: 'default' })
const english = import.meta.glob<object>('../../src/i18n/en/*.json', { eager: true, import: 'default' })
const sources = import.meta.glob<string>('../../src/**/*.{vue,ts}', { eager: true, query: '?raw', import: 'default' })

function placeholders(files: Record<string, object>): Record<string, string> {
  const found = [...wordsIn(files)].map(([key, text]) => [key, [...new Set(text.match(/\{\w+\}/g))].sort().join(' ')])
  return Object.fromEntries(found) as Record<string, string>
}

describe('the two languages', () => {
  it('say the same things', () => {
    expect([...wordsIn(english).keys()].sort()).toEqual([...wordsIn(chinese).keys()].sort())
  })

  it('fill in the same values', () => {
    expect(placeholders(english)).toEqual(placeholders(chinese))
  })

  it('know every word that a screen asks for', () => {
    const known = wordsIn(chinese)
    const asked = Object.values(sources).flatMap((text) =>
      [...text.matchAll(/\bt\(\s*'((?:field|shared|centre)\.[\w.-]+)'/g)].map((match) => match[1] ?? ''),
    )
    expect(asked.length).toBeGreaterThan(100)
    expect([...new Set(asked)].filter((key) => !known.has(key))).toEqual([])
  })
})
