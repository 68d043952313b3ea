import { describe, expect, it } from 'vitest'
import { readFilters, writeFilters } from '../../src/centre/data/filters'
import { readSelection, spotOf } from '../../src/centre/map/selection'

const keys = ['kind', 'village_id', 'q'] as const

describe('filters in the URL', () => {
  it('come back as they went in, blanks left out', () => {
    const filters = { kind: 'hazard', village_id: '', q: '人民路 12号' }
    const query = writeFilters({}, filters)
    expect(query).toEqual({ kind: 'hazard', q: '人民路 12号' })
    expect(readFilters(query, keys)).toEqual(filters)
  })

  it('leave what is not a filter alone', () => {
    expect(writeFilters({ select: 'house:1', q: 'old' }, { kind: '', village_id: '', q: '' })).toEqual({
      select: 'house:1',
    })
  })

  it('take a repeated or empty parameter as no filter', () => {
    expect(readFilters({ kind: ['hazard', 'patrol'], q: null }, keys)).toEqual({ kind: '', village_id: '', q: '' })
  })
})

describe('the selection on the map', () => {
  it('reads what it knows and refuses the rest', () => {
    expect(readSelection('worker:42')).toEqual({ kind: 'worker', id: '42' })
    expect(readSelection('dragon:42')).toBeNull()
    expect(readSelection('house:')).toBeNull()
  })

  it('takes only two finite numbers for a spot', () => {
    expect(spotOf('121.05,32.1')).toEqual({ lng: 121.05, lat: 32.1 })
    expect(spotOf('121.05')).toBeNull()
    expect(spotOf('a,b')).toBeNull()
  })
})
