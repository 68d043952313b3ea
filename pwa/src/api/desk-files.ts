/** Files that the centre draws up: lists as filtered, and the file of a case. */
import { Refusal, refusalOf } from './refusal'

export type ExportList =
  | 'activities' | 'alert-sources' | 'calls' | 'campaigns' | 'cases' | 'documents' | 'feedback' | 'findings' | 'house-imports' | 'houses'
  | 'late' | 'messages' | 'phones' | 'plans' | 'queue' | 'refusals' | 'report-places' | 'samples' | 'tasks' | 'tokens' | 'visits' | 'workers'
export type ExportFormat = 'xlsx' | 'csv' | 'geojson'

const TIMEOUT_MS = 5 * 60_000

function nameIn(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1]
  return encoded ? decodeURIComponent(encoded) : (/filename="?([^";]+)/.exec(disposition)?.[1] ?? 'gridfield')
}

/** Has the browser keep an answer under the name that the centre gives it. */
export async function keep(answer: Response): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = nameIn(answer.headers.get('Content-Disposition') ?? '')
  link.click()
  window.setTimeout(() => { URL.revokeObjectURL(link.href) }, 60_000)
}

async function save(path: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const answer = await fetch(path, { credentials: 'same-origin', signal }).catch(() => null)
  if (answer === null) throw new Refusal('unreachable', 0)
  if (!answer.ok) throw await refusalOf(answer)
  await keep(answer)
}

/** All that one may see of a case, as a PDF. */
export function saveCasePaper(caseId: string): Promise<void> {
  return save(`/api/cases/${caseId}/file.pdf`)
}

/** A paper as the centre prints it: both copies, with signatures and photos. */
export function savePaper(documentId: string): Promise<void> {
  return save(`/api/documents/${documentId}/paper.pdf`)
}

/** A list as filtered, as a file. */
export function exportList(list: ExportList, format: ExportFormat, filters: Record<string, string>): Promise<void> {
  const query = new URLSearchParams({ ...filters, format })
  return save(`/api/exports/${list}?${query.toString()}`)
}
