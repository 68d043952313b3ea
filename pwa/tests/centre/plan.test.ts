import { describe, expect, it } from 'vitest'
import { blankPlan, clockAt, minuteOf, planOf } from '../../src/centre/campaigns/plan'
import { say } from '../../src/i18n/words'
import zh from '../../src/i18n/zh-CN/centre-campaigns.json'

const form = blankPlan('grid', '2026-11-23')

describe('the request of a plan', () => {
  it('names only what its rhythm goes by, and leaves open what was left blank', () => {
    const weekly = planOf('id', { ...form, title: ' 巡查车棚 ', weekdays: [4, 0], count: 3 })
    expect(weekly).toMatchObject({ title: '巡查车棚', weekdays: [0, 4], month_day: null, count: 1, minute: 480 })
    expect(weekly).toMatchObject({ assignee_id: null, house_states: null, form_id: null, ends_on: null })
    expect(weekly).not.toHaveProperty('time')

    const every = planOf('id', { ...form, every: 'working_days', count: 3, assignee_id: 'a', house_states: ['failed'], form_id: 'f', time: '07:05', ends_on: '2026-12-31' })
    expect(every).toMatchObject({ weekdays: null, count: 3, assignee_id: 'a', house_states: ['failed'], form_id: 'f', minute: 425, ends_on: '2026-12-31' })
    expect(planOf('id', { ...form, every: 'month_day', month_day: 15 })).toMatchObject({ weekdays: null, month_day: 15 })
  })
})

it('reads a clock and shows one', () => {
  expect(['00:00', '23:59', ''].map(minuteOf)).toEqual([0, 1439, null])
  expect([0, 425, 1439].map(clockAt)).toEqual(['00:00', '07:05', '23:59'])
})

it('says a rhythm as one says it', () => {
  expect(say(zh.every.weekdays, { n: 1, days: '周一' })).toBe('每周一')
  expect([1, 3].map((n) => say(zh.every.working_days, { n }))).toEqual(['每个工作日', '每 3 个工作日'])
})
