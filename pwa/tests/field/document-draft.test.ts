import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent } from 'vue'
import { setMeta } from '../../src/db/meta'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import type { DeadRow } from '../../src/db/schema'
import type { DocumentIssue, DocumentVoid } from '../../src/domain/document'
import type { MutationName } from '../../src/domain/mutations'
import { formatDate } from '../../src/domain/time'
import { mend } from '../../src/field/attention/mend'
import type { PaperWork } from '../../src/field/documents/paper-work'
import { useNewPaper } from '../../src/field/documents/use-new-paper'
import { listUnfinished } from '../../src/field/drafts/unfinished'
import { current } from '../../src/field/session/current'
import { LateEngine } from '../../src/field/session/late-engine'
import { saveMutation } from '../../src/sync/save'
import { fillPhone, SESSION, townRows, WORKER_ID } from '../fixtures/phone'
import { smallChecklist } from '../fixtures/small-checklist'
import { show, signIn } from './signed-in'

const today = formatDate(Date.now())
const authority = { name: '中心', word: '通网格', may_order: false, contact: '0513', remedy: '', version: 3 }
const words = { kind: 'advice' as const, version: 1, title: '告知单', word: '告知字', body: [{ kind: 'to' as const, text: '{party}：' }], laws: [] }
const block = { authority_id: 'a1', kind: 'advice' as const, year: Number(today.slice(0, 4)), first: 11, last: 20, device_id: 'holder' }
const issued: DocumentIssue = {
  document_id: 'd1', kind: 'advice', authority_id: 'a1', template_id: 't1', device_id: 'holder', number: 11, house_id: 'house-2', inspection_id: null,
  issued_on: today, checked_on: today, deadline_on: today, place: '华山路 2 号', signature: [[1, 1, 9, 9]], officers: [],
  party: { name: '张三', id_masked: '3206**********1234', phone: '', address: '' },
  findings: [{ item_code: 'D01', text: '堵塞通道', basis: '', correction: '清除' }],
}

let db: GridfieldDb

beforeEach(async () => {
  const scope = 'town:x'
  db = await fillPhone([
    ...townRows(smallChecklist(), [], 3),
    { kind: 'authority', id: 'a1', scope, version: 1, row: authority },
    { kind: 'document_template', id: 't1', scope: 'global', version: 1, row: words },
    { kind: 'number_block', id: 'b1', scope: `user:${WORKER_ID}`, version: 1, row: block },
  ])
  await setMeta(db, 'number_holder', 'holder')
  await signIn(db)
  current.value = { db, engine: new LateEngine(db), user: { ...SESSION, permissions: ['document:advise'] } }
})

afterEach(async () => {
  document.body.innerHTML = ''
  current.value = null
  await db.delete()
  closeDb(WORKER_ID)
})

type Handle = ReturnType<typeof useNewPaper>

/** The screen's work without what it draws. */
async function opened(named: string | null = null): Promise<{ paper: Handle; leave: () => void }> {
  const made: Handle[] = []
  const { page } = show(defineComponent({ setup: () => { made.push(useNewPaper('house-2', null, named)); return () => null } }))
  const paper = made[0]
  if (!paper) throw new Error('not made')
  await expect.poll(() => paper.ready.value?.authority.id).toBe('a1')
  return { paper, leave: () => { page.unmount() } }
}

async function waiting<T>(name: MutationName): Promise<T | undefined> {
  return (await db.outbox.filter((row) => row.name === name).first())?.args as T | undefined
}

async function refused(code: string): Promise<DeadRow> {
  await setMeta(db, 'numbers_used', { [`a1:advice:${block.year}`]: 11 })
  const id = await saveMutation(db, { name: 'document.issue', args: issued, captured_at: '2026-01-01T00:00:00.000Z' })
  const row = await db.outbox.where('mutation_id').equals(id).first()
  if (!row) throw new Error('not queued')
  await db.outbox.delete(row.mid)
  const letter: DeadRow = { ...row, verdict: 'rejected', code, message: '', errors: [], record: null, at: 0 }
  await db.dead.put(letter)
  return letter
}

describe('a paper under way', () => {
  it('is there again after leaving, without the identity number', async () => {
    const first = await opened()
    expect(first.paper.work.value.place).toBe('华山社区华山路 2 号')
    Object.assign(first.paper.work.value.party, { name: '李四', id_masked: '320612189001011234' })
    first.paper.work.value.signatures[''] = [[1, 2, 3, 4]]
    await expect.poll(() => first.paper.kept.value).toBe(true)
    first.leave()

    const [draft] = await listUnfinished(db)
    expect(draft).toMatchObject({ kind: 'document', subject: '华山社区华山路 2 号', to: { name: 'document-new', params: { id: 'house-2' } } })
    expect(JSON.stringify(await db.drafts.toArray())).not.toContain('01011234')
    const again = await opened()
    expect(again.paper.work.value).toMatchObject({ party: { name: '李四', id_masked: '3206**********1234' }, signatures: { '': [[1, 2, 3, 4]] } })
  })

  it('leaves nothing where one only looked', async () => {
    const { leave } = await opened()
    leave()
    expect(await db.drafts.count()).toBe(0)
  })

  it('is gone once it is issued, or given up', async () => {
    const { paper } = await opened()
    paper.work.value.party.name = '李四'
    paper.work.value.findings = issued.findings
    await expect.poll(() => paper.kept.value).toBe(true)
    await expect.poll(() => paper.wrong()).toBeNull()
    await paper.finish('x')
    expect(await db.drafts.count()).toBe(0)
    expect(await waiting<DocumentIssue>('document.issue')).toMatchObject({ number: 11, authority_version: 3, party: { name: '李四' } })

    const other = await opened()
    other.paper.work.value.party.name = '王五'
    await expect.poll(() => db.drafts.count()).toBe(1)
    await other.paper.drop()
    expect(await db.drafts.count()).toBe(0)
  })
})

describe('a refused paper', () => {
  async function mended(code: string): Promise<string> {
    const letter = await refused(code)
    const place = await mend(db, letter) as { name: string; query: { draft: string } }
    expect(place).toMatchObject({ name: 'document-new', params: { id: 'house-2' } })
    const { paper } = await opened(place.query.draft)
    expect(paper.work.value).toMatchObject<Partial<PaperWork>>({ findings: issued.findings, party: issued.party, signatures: {} })
    await expect.poll(() => paper.wrong()).toBeNull()
    return paper.finish('已另行开具')
  }

  it('is issued anew, under the next number and of today, and its own number is made void', async () => {
    const id = await mended('document-deadline-past')
    expect(id).not.toBe('d1')
    const row = await db.outbox.filter(({ name }) => name === 'document.issue').first()
    expect(row?.args).toMatchObject({ document_id: id, number: 12, signature: null })
    expect(row?.captured_at).not.toBe('2026-01-01T00:00:00.000Z')
    expect(await waiting<DocumentVoid>('document.void')).toMatchObject({ number: 11, document_id: null, reason: '已另行开具' })
    expect(await db.dead.count()).toBe(0)
    expect(await db.drafts.count()).toBe(0)
  })

  it('whose number is another paper\'s leaves that number alone', async () => {
    await mended('document-number-used')
    expect(await waiting('document.void')).toBeUndefined()
    expect(await waiting<DocumentIssue>('document.issue')).toMatchObject({ number: 12 })
  })
})
