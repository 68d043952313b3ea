import type { Answer, ChecklistItem, Finding } from '../../api/desk-records'
import type { Verdict } from '../../domain/records'

export interface AnswerRow {
  item: ChecklistItem
  answer: Answer | undefined
  /** What it comes to: a number or a text out of bounds fails without anyone pressing "fail". */
  verdict: Verdict | null
}

export interface AnswerSection {
  name: string
  name_en: string | null
  failed: number
  rows: AnswerRow[]
}

/** Puts the answers beside their items, by section, in the checklist's own order; `findings` are what failed. */
export function sectionsOf(
  items: readonly ChecklistItem[],
  answers: readonly Answer[],
  findings: readonly Finding[],
): AnswerSection[] {
  const failed = new Set(findings.map(({ code }) => code))
  const byCode = new Map(answers.map((answer) => [answer.code, answer]))
  const sections = new Map<string, AnswerSection>()
  for (const item of items) {
    const section = sections.get(item.section) ?? {
      name: item.section,
      name_en: item.section_en ?? null,
      failed: 0,
      rows: [],
    }
    sections.set(item.section, section)
    const answer = byCode.get(item.code)
    const verdict = failed.has(item.code) ? 'fail' : (answer?.verdict ?? null)
    section.rows.push({ item, answer, verdict })
    if (verdict === 'fail') section.failed += 1
  }
  return [...sections.values()]
}

/** The number (with its unit) or the words that were entered; empty where only a verdict was asked. */
export function answerText(item: ChecklistItem, answer: Answer | undefined): string {
  if (answer?.number !== null && answer?.number !== undefined) {
    return [String(answer.number), item.unit].filter(Boolean).join(' ')
  }
  return answer?.text ?? ''
}
