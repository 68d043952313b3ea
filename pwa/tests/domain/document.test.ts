import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { compose, dayText, faults, lawInForce, maskId, numberText, type Law, type PaperFacts, type PaperFinding, type TemplatePart } from '../../src/domain/document'
import { wrapped } from '../../src/field/documents/draw'
import { pdfOf } from '../../src/field/documents/pdf'

interface Vectors {
  faults: { name: string; facts: PaperFacts; expect: string[] }[]
  numbers: { parts: [string, string, number, number]; expect: string }[]
  days: { day: string; expect: string }[]
  laws: { laws: Law[]; cases: { day: string; expect: string }[] }
  compose: { body: TemplatePart[]; words: Record<string, string>; findings: PaperFinding[]; expect: unknown }
}

const vectors = JSON.parse(readFileSync('../tests/vectors/document.json', 'utf8')) as Vectors

describe('rules of papers, by the vectors shared with the centre', () => {
  it.each(vectors.faults)('$name', ({ facts, expect: wanted }) => { expect(faults(facts)).toEqual(wanted) })

  it('reads numbers, days and laws as papers write them', () => {
    for (const { parts, expect: wanted } of vectors.numbers) expect(numberText(...parts)).toBe(wanted)
    for (const { day, expect: wanted } of vectors.days) expect(dayText(day)).toBe(wanted)
    for (const { day, expect: wanted } of vectors.laws.cases) expect(lawInForce(vectors.laws.laws, day)).toBe(wanted)
  })

  it('says what the template says', () => {
    const { body, words, findings, expect: wanted } = vectors.compose
    expect(compose(body, words, findings)).toEqual(wanted)
  })
})

it('keeps the ends of an identity number alone', () => {
  expect(maskId(' 320612189001011234 ')).toBe('3206**********1234')
  expect(maskId('')).toBe('')
})

it('breaks lines by width, never before a closing mark', () => {
  expect(wrapped('一二三四，五六', 4, (part) => part.length)).toEqual(['一二三四，', '五六'])
  expect(wrapped('一二三四', 4, (part) => part.length, 2)).toEqual(['一二', '三四'])
  expect(wrapped('于2026年前', 4, (part) => part.length)).toEqual(['于', '2026', '年前'])
})

it('writes a PDF whose table of places is right', () => {
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9])
  const text = new TextDecoder('latin1').decode(pdfOf([{ jpeg, width: 2, height: 3 }, { jpeg, width: 2, height: 3 }]))
  const start = Number(/startxref\n(\d+)/.exec(text)?.[1])
  expect(text.slice(start, start + 4)).toBe('xref')
  const places = [...text.matchAll(/^(\d{10}) 00000 n/gm)].map(([, at]) => Number(at))
  places.forEach((at, index) => { expect(text.slice(at)).toMatch(new RegExp(`^${index + 1} 0 obj`)) })
  expect(places).toHaveLength(8)
})
