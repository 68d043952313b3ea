import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { likelySame, likeness } from '../../src/domain/house-address'
import type { Row } from '../../src/domain/records'

interface Vector { one: string; other: string; likeness: number }
const vectors = JSON.parse(readFileSync('../tests/vectors/house-address.json', 'utf8')) as Vector[]

describe('which houses may be the same one', () => {
  it.each(vectors)('likeness of $one and $other', ({ one, other, likeness: alike }) => {
    expect(likeness(one, other)).toBeCloseTo(alike)
    expect(likeness(other, one)).toBeCloseTo(alike)
  })

  it('are near and alike, the nearest first', () => {
    const house = (id: string, lat: number, address = '测试路1号') => ({ id, lng: 121, lat, address }) as Row<'house'>
    const houses = [house('far', 32.001), house('near', 32.0002), house('here', 32), house('other', 32, '测试路2号')]
    expect(likelySame(houses, { lng: 121, lat: 32 }, '测试路1号').map(({ id }) => id)).toEqual(['here', 'near'])
  })
})
