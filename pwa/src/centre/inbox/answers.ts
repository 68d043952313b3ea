import type { Answer, ChecklistItem } from '../../api/desk-records'

export interface AnswerSection {
  name: string
  failed: number
  rows: { item: ChecklistItem; answer: Answer | undefined }[]
}

/** Puts the answers beside their items, by section, in the checklist's own order. */
export function sectionsOf(items: readonly ChecklistItem[], answers: readonly Answer[]): AnswerSection[] {
  const byCode = new Map(answers.map((answer) => [answer.code, answer]))
  const sections = new Map<string, AnswerSection>()
  for (const item of items) {
    const section = sections.get(item.section) ?? { name: item.section, failed: 0, rows: [] }
    sections.set(item.section, section)
    const answer = byCode.get(item.code)
    section.rows.push({ item, answer })
    if (answer?.verdict === 'fail') section.failed += 1
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
