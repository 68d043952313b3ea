import { expect, it } from 'vitest'

import { labelIn } from '../../src/domain/label'

it.each([
  ['https://wg.example.gov.cn/h/K7QM2FXP', 'K7QM2FXP'],
  ['https://wg.example.gov.cn/h/K7QM2FXP/', 'K7QM2FXP'],
  [' k7qm 2fxp ', 'K7QM2FXP'],
  ['320612004001001-0001', '320612004001001-0001'],
])('reads the label in %s', (text, label) => {
  expect(labelIn(text)).toBe(label)
})

it.each(['', 'https://wg.example.gov.cn/r/K7QM2FXP', 'https://u.example/h/K7QM2FXP0', 'K7QM2FX1', '金新路1号', '12'])(
  'finds none in %s', (text) => {
    expect(labelIn(text)).toBeNull()
  })
