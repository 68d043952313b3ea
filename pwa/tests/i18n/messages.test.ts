import { describe, expect, it } from 'vitest'
import { mergeFiles } from '../../src/i18n'

const chinese = import.meta.glob<object>('../../src/i18n/zh-CN/*.json', { eager: true, import: 'default' })
const english = import.meta.glob<object>('../../src/i18n/en/*.json', { eager: true, import: 'default' })
const sources = import.meta.glob<string>('../../src/**/*.{vue,ts}', { eager: true, query: '?raw', import: 'default' })

function keysOf(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : keysOf(value as object, `${prefix}${key}.`),
  )
}

function placeholders(tree: object): Record<string, string> {
  return Object.fromEntries(
    keysOf(tree).map((key) => {
      const text = key.split('.').reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], tree) as string
      return [key, [...new Set(text.match(/\{\w+\}/g))].sort().join(' ')]
    }),
  )
}

describe('the two languages', () => {
  it('say the same things', () => {
    expect(keysOf(mergeFiles(english)).sort()).toEqual(keysOf(mergeFiles(chinese)).sort())
  })

  it('fill in the same values', () => {
    expect(placeholders(mergeFiles(english))).toEqual(placeholders(mergeFiles(chinese)))
  })

  it('know every word that a screen asks for', () => {
    const known = new Set(keysOf(mergeFiles(chinese)))
    const asked = Object.values(sources).flatMap((text) =>
      [...text.matchAll(/\bt\(\s*'((?:field|shared|centre)\.[\w.-]+)'/g)].map((match) => match[1] ?? ''),
    )
    expect(asked.length).toBeGreaterThan(100)
    expect([...new Set(asked)].filter((key) => !known.has(key))).toEqual([])
  })
})

describe('a message file', () => {
  it('hangs at the place that its name says', () => {
    const tree = mergeFiles({ './zh-CN/field-tasks.json': { open: '待办' }, './zh-CN/shared.json': { back: '返回' } })
    expect(tree).toEqual({ field: { tasks: { open: '待办' } }, shared: { back: '返回' } })
  })
})
