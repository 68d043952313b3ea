import { describe, expect, it } from 'vitest'
import {
  MAX_SIDE,
  fitWithin,
  lighter,
} from '../../src/field/photos/image-size'
import { photoType } from '../../src/field/photos/photo-type'

describe('fitWithin', () => {
  it('shrinks the long side whichever it is and keeps the shape', () => {
    expect(fitWithin({ width: 4000, height: 3000 }, MAX_SIDE)).toEqual({ width: 1600, height: 1200 })
    expect(fitWithin({ width: 3000, height: 4000 }, MAX_SIDE)).toEqual({ width: 1200, height: 1600 })
  })

  it('never enlarges and never reaches zero', () => {
    expect(fitWithin({ width: 640, height: 480 }, MAX_SIDE)).toEqual({ width: 640, height: 480 })
    expect(fitWithin({ width: 20000, height: 3 }, MAX_SIDE)).toEqual({ width: 1600, height: 1 })
  })
})

describe('lighter', () => {
  it('tries quality first, then size, and ends', () => {
    let step: ReturnType<typeof lighter> = { quality: 0.82, size: { width: 1600, height: 1200 } }
    const tried: string[] = []
    while (step) {
      tried.push(`${step.quality.toFixed(2)}@${step.size.width}`)
      step = lighter(step.quality, step.size)
    }
    expect(tried.slice(0, 5)).toEqual(['0.82@1600', '0.72@1600', '0.62@1600', '0.52@1600', '0.52@1280'])
    expect(tried.length).toBeLessThan(25)
  })
})

describe('photoType', () => {
  const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
  it.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['\0\0\0\x18ftypheic\0\0\0\0', 'image/heic'],
  ])('reads the first bytes of %j', (head, type) => {
    expect(photoType(bytes(head))).toBe(type)
  })

  it.each(['<svg xmlns="…">', '\0\0\0\x18ftypmp42', '%PDF-1.7', ''])('refuses %j', (head) => {
    expect(photoType(bytes(head))).toBeNull()
  })
})
