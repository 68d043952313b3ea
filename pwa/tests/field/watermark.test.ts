import { describe, expect, it } from 'vitest'
import { type StampFacts, stampLines, wrapLines } from '../../src/field/photos/watermark'

const WORDS = {
  unsynced: '离线未校时',
  imported: '相册导入',
  noPosition: '未定位',
  photo: '照片',
}

const FACTS: StampFacts = {
  at: Date.UTC(2026, 10, 22, 1, 2, 3),
  clockSynced: true,
  imported: false,
  place: '金新街道华山社区第一网格',
  lng: 121.0735,
  lat: 32.06581,
  accuracy: 7.6,
  person: '张某某',
  photoId: '0199aabb-ccdd-7eee-8fff-0123456789ab',
}

describe('stampLines', () => {
  it('carries Beijing time to the second, place, coordinates, name and number', () => {
    expect(stampLines(FACTS, WORDS)).toEqual([
      '2026-11-22 09:02:03',
      '金新街道华山社区第一网格',
      '121.07350, 32.06581 ±8 m',
      '张某某 · 照片 456789ab',
    ])
  })

  it('admits an unsynced clock, an imported picture and a missing position', () => {
    const lines = stampLines(
      { ...FACTS, clockSynced: false, imported: true, lng: null, lat: null, accuracy: null },
      WORDS,
    )
    expect(lines[0]).toBe('2026-11-22 09:02:03 相册导入 离线未校时')
    expect(lines[2]).toBe('未定位')
  })

  it('leaves no empty line where a place is unknown', () => {
    expect(stampLines({ ...FACTS, place: '' }, WORDS)).toHaveLength(3)
  })
})

describe('wrapLines', () => {
  const measure = (text: string) => text.length * 10

  it('breaks what is too wide and loses no character', () => {
    const wrapped = wrapLines(['一二三四五六七', 'ab'], 30, measure)
    expect(wrapped).toEqual(['一二三', '四五六', '七', 'ab'])
  })

  it('does not begin a line with the space that was broken at', () => {
    expect(wrapLines(['abc def'], 30, measure)).toEqual(['abc', 'def'])
  })
})
