import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/api/desk-records'
import { headline, summary } from '../../src/centre/inbox/activity-words'

const said = {
  t: (key: string, values?: unknown) => `${key} ${JSON.stringify(values)}`,
  word: (group: string, value: string) => `${group}:${value}`,
}

const line = (given: Partial<Activity>): Activity => ({ kind: 'inspection', title: '', detail: '', amount: 0, ...given }) as Activity

describe('the words of a line of the inbox', () => {
  it('translates the kind of a patrol and leaves addresses as they are', () => {
    expect(headline(line({ kind: 'patrol', title: 'night' }), said)).toBe('patrol_kind:night')
    expect(headline(line({ title: '华山路 2 号' }), said)).toBe('华山路 2 号')
  })

  it.each([
    [{ detail: 'inspected' }, ''],
    [{ detail: 'inspected', amount: 3 }, 'centre.inbox.failed {"n":3}'],
    [{ detail: 'nobody_home' }, 'outcome:nobody_home'],
    [{ kind: 'hazard', detail: '路口' }, '路口'],
    [{ kind: 'patrol', detail: '一切正常', amount: 1500 }, '1.5 km · 一切正常'],
    [{ kind: 'patrol' }, ''],
  ] as const)('tells of %o only what its state does not say', (given, words) => {
    expect(summary(line(given), said)).toBe(words)
  })
})
