import { expect, it } from 'vitest'
import { ageOf } from '../../src/centre/parts/age'
import { looks } from '../../src/centre/parts/words'

interface Tree {
  [key: string]: Tree | string
}

const files = import.meta.glob<Tree>('../../src/i18n/*/centre-*.json', { eager: true, import: 'default' })

function leaves(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${path}${key}`] : leaves(value, `${path}${key}.`),
  )
}

function keysOf(locale: string): string[] {
  return Object.entries(files)
    .filter(([path]) => path.includes(`/${locale}/`))
    .flatMap(([path, tree]) => leaves(tree, `${path.split('/').pop() ?? ''}:`))
    .sort()
}

it('every text of the desk exists in both languages', () => {
  expect(keysOf('zh-CN').length).toBeGreaterThan(100)
  expect(keysOf('en')).toEqual(keysOf('zh-CN'))
})

it('every state has a look and a word', () => {
  const words = files['../../src/i18n/zh-CN/centre-words.json'] ?? {}
  for (const [group, states] of Object.entries(looks)) {
    expect(Object.keys(words[group] ?? {})).toEqual(expect.arrayContaining(Object.keys(states)))
  }
})

it('an age never runs backwards and grows by whole units', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  expect(ageOf('2026-11-22T12:05:00Z', now)).toEqual({ unit: 'now', n: 0 })
  expect(ageOf('2026-11-22T11:01:00Z', now)).toEqual({ unit: 'minutes', n: 59 })
  expect(ageOf('2026-11-20T12:01:00Z', now)).toEqual({ unit: 'hours', n: 47 })
  expect(ageOf('2026-11-20T12:00:00Z', now)).toEqual({ unit: 'days', n: 2 })
})
