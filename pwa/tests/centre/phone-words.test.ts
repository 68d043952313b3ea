import { describe, expect, it } from 'vitest'
import { clockError, isResting, modelOf, sizeOf, versionOf } from '../../src/centre/phones/phone-words'

const MINUTE = 60_000

describe('what the desk says of a phone', () => {
  it.each([
    [59_000, null],
    [11 * MINUTE, { way: 'slow', unit: 'minutes', n: 11 }],
    [-119 * MINUTE, { way: 'fast', unit: 'minutes', n: 119 }],
    [-120 * MINUTE, { way: 'fast', unit: 'hours', n: 2 }],
    [3650 * 1440 * MINUTE, { way: 'slow', unit: 'days', n: 3650 }],
  ])('a clock off by %d ms', (offset, error) => { expect(clockError(offset)).toEqual(error) })

  it.each([[0, '0 MB'], [320_400_000, '320 MB'], [4_210_000_000, '4.2 GB']])('%d bytes', (bytes, words) => {
    expect(sizeOf(bytes)).toBe(words)
  })

  it.each([['Linux; Android 13; vivo Y36', 'vivo Y36'], ['iPhone; CPU iPhone OS 17_0 like Mac OS X', 'iPhone'], ['browser', 'browser']])(
    '%s', (device, model) => { expect(modelOf(device)).toBe(model) },
  )

  it('names the version alone', () => {
    expect(versionOf('gridfield-pwa/0.1.0')).toBe('0.1.0')
    expect(versionOf('gridfield-pwa')).toBe('gridfield-pwa')
  })

  it('lets a worker rest for an hour after a reminder', () => {
    const at = '2026-11-22T08:00:00Z'
    expect(isResting(at, Date.parse(at) + 59 * MINUTE)).toBe(true)
    expect(isResting(at, Date.parse(at) + 60 * MINUTE)).toBe(false)
    expect(isResting(null, 0)).toBe(false)
  })
})
