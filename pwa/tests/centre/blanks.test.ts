import { describe, expect, it } from 'vitest'
import { toKeep, toRead } from '../../src/centre/documents/blanks'

const NAMES: Record<string, string> = { party: '当事人', n: '序号', text: '问题' }
const named = (blank: string): string => NAMES[blank] ?? blank

describe('the blanks of a paper', () => {
  it('read as words and are kept by their codes', () => {
    expect(toRead('{n}. {text}，{party}：', named)).toBe('【序号】. 【问题】，【当事人】：')
    expect(toKeep('【序号】. 【 问题 】，【当事人】：', named)).toBe('{n}. {text}，{party}：')
  })

  it('leave what nobody knows for the centre to refuse', () => {
    expect(toKeep('【姓名】：', named)).toBe('{姓名}：')
    expect(toKeep('【—】', named)).toBe('【—】')
  })
})
