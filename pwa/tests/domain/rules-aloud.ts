/** Says, a line for a line, what the checklist rules make of each case: tests/checklists/test_agreement.py asks. */
import { createInterface } from 'node:readline'
import { type Facts, failedItems, filled, missing, result, shown } from '../../src/domain/checklist'
import type { Answer, ChecklistItem } from '../../src/domain/records'

interface Asked {
  items: ChecklistItem[]
  answers: Answer[]
  facts: Facts
  photos: string[]
}

for await (const line of createInterface({ input: process.stdin })) {
  const { items, answers, facts, photos } = JSON.parse(line) as Asked
  const now = [...filled(items, answers, facts).values()]
  const said = {
    answers: now,
    shown: shown(items, now).map(({ code }) => code),
    missing: missing(items, now, photos.map((item_code) => ({ item_code }))),
    failed: failedItems(items, now).map(({ code }) => code),
    result: result('inspected', items, now),
  }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
