import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { GridfieldDb } from '../../src/db/open'
import { newId } from '../../src/domain/ids'
import { decodeTrack, type Fix } from '../../src/domain/track'
import type { PatrolTrack } from '../../src/domain/mutations'
import { saveMutation } from '../../src/sync/save'
import { recordedSegments, TrackRecorder } from '../../src/sync/track-recorder'

let db: GridfieldDb
beforeEach(() => { db = new GridfieldDb(`track-${newId()}`) })
afterEach(() => { db.close() })

const start = Date.parse('2026-11-22T12:00:00.000Z')
/** About 9.4 m further east at every step. */
const fixAt = (second: number, step = second / 10): Fix => ({ lng: 120.9 + step * 1e-4, lat: 32, at: start + second * 1000, accuracy: 8 })
const segments = async (): Promise<PatrolTrack[]> =>
  (await db.outbox.where('state').equals('waiting').toArray()).filter(({ name }) => name === 'patrol.track').map(({ args }) => args as PatrolTrack)

describe('the track recorder', () => {
  it('has every point on the disk before a segment is finished, and goes on after a crash', async () => {
    const before = await TrackRecorder.open(db, 'p1')
    for (const second of [0, 10, 20]) await before.add(fixAt(second))
    const after = await TrackRecorder.open(db, 'p1')
    await after.add(fixAt(30))
    expect(await after.close()).toEqual({ distance_m: 28, segments: 1 })
    expect((await segments()).map(({ seq, points }) => [seq, points.length])).toEqual([[0, 4]])
    expect(await db.track.count()).toBe(0)
  })

  it('cuts after five minutes without losing the way between', async () => {
    const recorder = await TrackRecorder.open(db, 'p1')
    for (let second = 0; second <= 400; second += 10) await recorder.add(fixAt(second))
    const { distance_m, segments: count } = await recorder.close()
    expect(count).toBe(2)
    expect(distance_m).toBeGreaterThan(375)
    const [first, second] = (await segments()).map(({ points, started_at }) => decodeTrack(points, Date.parse(started_at)))
    expect((first?.[first.length - 1]?.at ?? 0) - (first?.[0]?.at ?? 0)).toBeLessThanOrEqual(300_000)
    expect(second?.[0]).toEqual(first?.[first.length - 1])
  })

  it('leaves a gap a gap: a silence, a pause, a crash, a clock that was set back', async () => {
    const recorder = await TrackRecorder.open(db, 'p1')
    await recorder.add(fixAt(0))
    await recorder.add(fixAt(10))
    await recorder.add(fixAt(100, 1000))
    await recorder.add(fixAt(110, 1001))
    await recorder.close()
    const again = await TrackRecorder.open(db, 'p1')
    await again.add(fixAt(120, 2000))
    await again.add(fixAt(60, 3000))
    expect(await again.close()).toEqual({ distance_m: 19, segments: 4 })
    expect((await segments()).map(({ seq }) => seq)).toEqual([0, 1, 2, 3])
    expect(await recordedSegments(db, 'p1')).toHaveLength(4)
  })

  it('leaves out what says nothing: no movement, no accuracy worth the name, no place in China', async () => {
    const recorder = await TrackRecorder.open(db, 'p1')
    await recorder.add(fixAt(0))
    await recorder.add(fixAt(5, 0.1))
    await recorder.add({ ...fixAt(10), accuracy: 900 })
    await recorder.add({ ...fixAt(15), lng: 0 })
    await recorder.add(fixAt(40, 0.1))
    await recorder.close()
    expect((await segments())[0]?.points).toHaveLength(2)
  })

  it('takes fixes that come faster than the disk in their order', async () => {
    const recorder = await TrackRecorder.open(db, 'p1')
    await Promise.all(Array.from({ length: 50 }, (_, i) => recorder.add(fixAt(i * 10))))
    expect((await recorder.close()).segments).toBe(2)
    const times = (await recordedSegments(db, 'p1')).flatMap((fixes) => fixes.map(({ at }) => at))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('depends on the start of its patrol', async () => {
    const begun = await saveMutation(db, { name: 'patrol.start', args: { patrol_id: 'p1', kind: 'night', task_id: null, recording: true, position: null } })
    const recorder = await TrackRecorder.open(db, 'p1')
    await recorder.add(fixAt(0))
    await recorder.close()
    expect((await db.outbox.where('mid').above(1).toArray())[0]?.deps).toEqual([begun])
  })
})
