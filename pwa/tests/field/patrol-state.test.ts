import { describe, expect, it } from 'vitest'
import type { Row } from '../../src/domain/records'
import {
  type PatrolWork,
  clockWords,
  elapsedSeconds,
  paused,
  recordingRule,
  resumed,
} from '../../src/field/patrols/patrol-state'
import { sketch } from '../../src/field/patrols/sketch'

const WORK: PatrolWork = {
  patrol_id: 'p', kind: 'night', task_id: null, recording: true, started_at: 1_000_000, paused_at: null,
  paused_ms: 0, start_mutation: null,
}

function rule(kind: string, extra: Partial<Row<'task_kind'>> = {}): Row<'task_kind'> {
  return { id: kind, kind, name: '', name_en: '', record_track: true, record_reason: '安全', photo_required: false, ...extra }
}

describe('time on patrol', () => {
  it('leaves pauses out, the running one too', () => {
    const resting = paused(WORK, 1_060_000)
    expect(elapsedSeconds(resting, 1_500_000)).toBe(60)
    const going = resumed(resting, 1_500_000)
    expect(elapsedSeconds(going, 1_530_000)).toBe(90)
  })

  it('does not begin a second pause inside the first', () => {
    expect(paused(paused(WORK, 1_060_000), 1_090_000).paused_at).toBe(1_060_000)
  })

  it('never runs backwards when the clock is set back', () => {
    expect(elapsedSeconds(WORK, 900_000)).toBe(0)
    expect(resumed(paused(WORK, 1_060_000), 1_000_000).paused_ms).toBe(0)
  })

  it('reads as a clock', () => {
    expect([0, 65, 3_909].map(clockWords)).toEqual(['00:00', '01:05', '1:05:09'])
  })
})

describe('recording', () => {
  it('is off unless the centre has switched this kind on', () => {
    expect(recordingRule([], 'night').recording).toBe(false)
    expect(recordingRule([rule('patrol_day')], 'night').recording).toBe(false)
    expect(recordingRule([rule('patrol_night')], 'night')).toEqual({ recording: true, reason: '安全' })
  })

  it('is off without a reason, whatever the switch says', () => {
    expect(recordingRule([rule('patrol_night', { record_reason: null })], 'night').recording).toBe(false)
  })

  it('follows the kind before the general setting', () => {
    const settings = [rule('patrol'), rule('patrol_day', { record_track: false })]
    expect(recordingRule(settings, 'day').recording).toBe(false)
    expect(recordingRule(settings, 'joint').recording).toBe(true)
  })
})

describe('the drawn track', () => {
  const [a, b] = [{ lng: 121, lat: 32 }, { lng: 121.01, lat: 32.01 }]

  it('keeps a gap a gap and drops lone points', () => {
    expect(sketch([[a, b], [b, a], [a]], 300, 200)).toHaveLength(2)
  })

  it('has north up and stays in its frame', () => {
    const [line = ''] = sketch([[a, b]], 300, 200)
    const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = line.split(' ').map((p) => p.split(',').map(Number))
    expect(x2).toBeGreaterThan(x1)
    expect(y2).toBeLessThan(y1)
    expect(Math.max(x1, x2)).toBeLessThanOrEqual(300)
    expect(Math.min(x1, x2, y1, y2)).toBeGreaterThanOrEqual(0)
  })

  it('draws nothing from nothing', () => {
    expect(sketch([], 300, 200)).toEqual([])
  })
})
