import { describe, expect, it } from 'vitest'
import { blankField, draftOf, formOf, raised } from '../../src/centre/forms/form-draft'

const form = {
  name: '走访',
  name_en: 'Visit',
  fields: [
    { code: 'q1', label: '有人吗', label_en: '', kind: 'yes_no' as const, required: true, options: [], options_en: [] },
    { code: 'q3', label: '房屋类型', label_en: 'Kind', kind: 'choice' as const, required: false, options: ['自建', '公寓'], options_en: ['Own', 'Flat'] },
  ],
}

describe('a form that is written at the desk', () => {
  it('says the same as the one that it went on from', () => {
    expect(formOf(draftOf(form))).toEqual(form)
  })

  it('gives a new question a code that none has, for answers are kept by it', () => {
    expect(blankField(draftOf(form).fields).code).toBe('q2')
    expect(draftOf(null).fields.map(({ code }) => code)).toEqual(['q1'])
  })

  it('leaves out blank lines, and choices of what is no choice', () => {
    const [chosen] = draftOf(form).fields.slice(1).map((field) => ({ ...field, options: ' 自建 \n\n公寓\n' }))
    const fieldOf = (changed: object) => formOf({ name: '', nameEn: '', fields: chosen ? [{ ...chosen, ...changed }] : [] }).fields[0]
    expect(fieldOf({})?.options).toEqual(['自建', '公寓'])
    expect(fieldOf({ kind: 'text' })).toMatchObject({ options: [], options_en: [] })
  })

  it('moves a question up by a place', () => {
    const { fields } = draftOf(form)
    expect(raised(fields, 1).map(({ code }) => code)).toEqual(['q3', 'q1'])
    expect(raised(fields, 0).map(({ code }) => code)).toEqual(['q1', 'q3'])
  })
})
