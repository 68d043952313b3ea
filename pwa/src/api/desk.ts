/** The desk's client of `/api/*`: same-origin JSON, CSRF proof on writes, refusals as `Refusal`. */
import type {
  Activity,
  Case,
  CasePoints,
  CaseRow,
  Feedback,
  House,
  HousePoints,
  HouseRow,
  Inspection,
  Named,
  NewTask,
  OrgUnit,
  Page,
  Patrol,
  ReviewDecision,
  RefusalRow,
  RefusedRecord,
  RescueReport,
  Session,
  Task,
  TaskRow,
  TownMap,
  Worker,
} from './desk-records'
import type { PhotoLine } from './desk-acts'
import type { ChecklistSheet, ChecklistVersion } from './desk-checklists'
import type { Recheck } from './desk-rechecks'
import type { CalendarYear, NamedDay } from './desk-calendar'
import type { Campaign, CampaignRow, Household, NewCampaign, NewPlan, Plan } from './desk-campaigns'
import type { Channel, Channels, Contact, NewContact, Outcome, QuietHours, SentMessage, ToCall } from './desk-messages'
import type { AddressSheet, HouseImport, ImportAbout, ImportKind, ImportLine, StandardAddress } from './desk-imports'
import type { Figures, LateCase, LateGroup, Overview } from './desk-oversight'
import type { HouseHistory } from './desk-past'
import type {
  NewPartnerToken,
  NewWebhookEndpoint,
  PartnerToken,
  WebhookEndpoint,
  WebhookMessage,
} from './desk-partners'
import type { KeptForm, NewForm, Near } from './desk-tasks'
import type { Phrase, Phrases, Wording } from './desk-phrases'
import type { PhonePage } from './desk-phones'
import type {
  BulkLine,
  BulkWanted,
  Duty,
  PresenceMode,
  Present,
  QueueCounts,
  QueueRow,
  SavedFilter,
  Suggestions,
} from './desk-queue'
import { keep } from './desk-files'
import type {
  AlertCall,
  AlertSource,
  Caller,
  CaseOrigin,
  Duplicate,
  Matter,
  MatterList,
  MatterSheet,
  MatterVersion,
  NewFind,
  NewMatter,
  OrderSheet,
  ReportPlace,
  Spot,
} from './desk-sources'
import { type FieldWords, Refusal, refusalOf } from './refusal'

export type Query = Record<string, string | number | readonly string[] | null | undefined>

const TIMEOUT_MS = 20_000
const FILE_TIMEOUT_MS = 10 * 60_000

let csrfToken = ''
let unauthenticated: () => void = () => undefined
let reach: (reached: boolean) => void = () => undefined
let fieldWords: FieldWords | undefined

/** Names who is told when the centre no longer knows this session. */
export function onUnauthenticated(listener: () => void): void {
  unauthenticated = listener
}

/** Names who is told after every call whether the centre answered at all. */
export function onReach(listener: (reached: boolean) => void): void {
  reach = listener
}

/** Names how a refused field is said on the screen. */
export function sayFields(words: FieldWords): void {
  fieldWords = words
}

interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  query?: Query
  body?: unknown
  /** Sent as it is, and given time: it may be large. */
  file?: Blob
  signal?: AbortSignal | undefined
  /** Sent even when the page is being left. */
  keepalive?: boolean
}

function addressOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    for (const each of Array.isArray(value) ? value : [value]) params.append(key, String(each))
  }
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}

function headersFor(options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.file) headers['Content-Type'] = 'application/octet-stream'
  if (options.method !== undefined && options.method !== 'GET') headers['X-CSRF-Token'] = csrfToken
  return headers
}

function deadline({ signal, file }: CallOptions): AbortSignal {
  const timeout = AbortSignal.timeout(file ? FILE_TIMEOUT_MS : TIMEOUT_MS)
  return signal ? AbortSignal.any([signal, timeout]) : timeout
}

async function ask(path: string, options: CallOptions): Promise<Response> {
  try {
    return await fetch(addressOf(path, options.query), {
      method: options.method ?? 'GET',
      headers: headersFor(options),
      body: options.file ?? (options.body === undefined ? null : JSON.stringify(options.body)),
      credentials: 'same-origin',
      keepalive: options.keepalive ?? false,
      signal: deadline(options),
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw unreachable()
  }
}

function unreachable(): Refusal {
  reach(false)
  return new Refusal('unreachable', 0)
}

async function refused(response: Response): Promise<Refusal> {
  const refusal = await refusalOf(response, fieldWords)
  if (refusal.slug === 'unauthenticated') unauthenticated()
  return refusal
}

/** Asks the centre and answers the parsed JSON; every refusal, the network's included, is a `Refusal`. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const response = await ask(path, options)
  if (!response.ok) throw await refused(response)
  const type = response.headers.get('Content-Type') ?? ''
  // A captive portal answers 200 with a page: that is "no connection", not data.
  if (response.status !== 204 && !type.includes('json')) throw unreachable()
  reach(true)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** Asks the centre for a file, and has the browser keep it. */
async function takeFile(path: string, options: CallOptions): Promise<void> {
  const response = await ask(path, options)
  if (!response.ok) throw await refused(response)
  reach(true)
  await keep(response)
}

function keepCsrf(session: Session): Session {
  csrfToken = session.csrf_token
  return session
}

export const desk = {
  signIn: (username: string, password: string, device: { id: string; name: string }) =>
    call<Session>('/api/session', {
      method: 'POST',
      body: { username, password, device: { ...device, kind: 'desk' } },
    }).then(keepCsrf),
  session: () => call<Session>('/api/session').then(keepCsrf),
  signOut: () => call<undefined>('/api/session', { method: 'DELETE' }),

  activities: (query: Query, signal?: AbortSignal) =>
    call<Page<Activity>>('/api/activities', { query, signal }),
  inspection: (id: string) => call<Inspection>(`/api/inspections/${id}`),
  patrol: (id: string) => call<Patrol>(`/api/patrols/${id}`),

  cases: (query: Query, signal?: AbortSignal) => call<Page<CaseRow>>('/api/cases', { query, signal }),
  case: (id: string) => call<Case>(`/api/cases/${id}`),
  actOnCase: (id: string, action: string, seen: number, given: Record<string, unknown>) =>
    call<Case>(`/api/cases/${id}/actions/${action}`, { method: 'POST', body: { seen, ...given } }),
  actOnPart: (id: string, part: string, step: string, seen: number, given: Record<string, unknown>) =>
    call<Case>(`/api/cases/${id}/parts/${part}/${step}`, { method: 'POST', body: { seen, ...given } }),
  sendPhoto: (photo: Blob) => call<PhotoLine>('/api/photos', { method: 'POST', file: photo }),
  alarms: () => call<CaseRow[]>('/api/cases/alarms'),

  late: (query: Query, signal?: AbortSignal) => call<Page<LateCase>>('/api/late', { query, signal }),
  lateGroups: () => call<{ groups: LateGroup[] }>('/api/late/groups'),
  overview: () => call<Overview>('/api/overview'),
  figures: (query: Query) => call<Figures>('/api/figures', { query }),
  drawnCases: (query: Query, signal?: AbortSignal) => call<Page<CaseRow>>('/api/samples', { query, signal }),
  drawCases: (lot: { since: string; until: string; count: number }) =>
    call<{ drawn: number }>('/api/samples', { method: 'POST', body: lot }),
  figureCases: (code: string, query: Query, signal?: AbortSignal) =>
    call<Page<CaseRow>>(`/api/figures/${code}`, { query, signal }),
  undo: (id: string, seen: number) => call<Case>(`/api/cases/${id}/undo`, { method: 'POST', body: { seen } }),
  undoMany: (cases: { id: string; seen: number }[]) => call<BulkLine[]>('/api/cases/bulk/undo', { method: 'POST', body: { cases } }),
  suggestions: (id: string) => call<Suggestions>(`/api/cases/${id}/suggestions`),
  here: (id: string, mode: PresenceMode) => call<Present[]>(`/api/cases/${id}/presence`, { method: 'PUT', body: { mode } }),
  rechecks: (id: string) => call<Recheck[]>(`/api/cases/${id}/rechecks`),
  gone: (id: string) => call<undefined>(`/api/cases/${id}/presence`, { method: 'DELETE', keepalive: true }),

  queue: (query: Query, signal?: AbortSignal) => call<Page<QueueRow>>('/api/cases/queue', { query, signal }),
  queueCounts: (query: Query, signal?: AbortSignal) => call<QueueCounts>('/api/cases/queue/counts', { query, signal }),
  duties: () => call<Duty[]>('/api/cases/queue/duties'),
  bulk: (wanted: BulkWanted) => call<BulkLine[]>('/api/cases/bulk', { method: 'POST', body: wanted }),
  savedFilters: () => call<SavedFilter[]>('/api/cases/queue/filters'),
  saveFilter: (wanted: { name: string; query: Record<string, string>; shared: boolean }) =>
    call<SavedFilter>('/api/cases/queue/filters', { method: 'POST', body: wanted }),
  forgetFilter: (id: string) => call<undefined>(`/api/cases/queue/filters/${id}`, { method: 'DELETE' }),

  phrases: () => call<Phrases>('/api/phrases'),
  addPhrase: (wanted: Wording & { shared: boolean }) => call<Phrase>('/api/phrases', { method: 'POST', body: wanted }),
  changePhrase: (id: string, wanted: Wording) => call<Phrase>(`/api/phrases/${id}`, { method: 'PUT', body: wanted }),
  forgetPhrase: (id: string) => call<undefined>(`/api/phrases/${id}`, { method: 'DELETE' }),

  resultsToTell: () => call<{ waiting: number }>('/api/sources/hotline/results'),
  takeResults: (format: 'xlsx' | 'csv', all: boolean) =>
    takeFile('/api/sources/hotline/results', { method: 'POST', body: { format, new: !all } }),
  messagesAbout: (id: string) => call<SentMessage[]>(`/api/cases/${id}/messages`),
  origin: (id: string) => call<CaseOrigin>(`/api/cases/${id}/origin`),
  caller: (id: string, reason: string) => call<Caller>(`/api/cases/${id}/contact`, { method: 'POST', body: { reason } }),
  duplicates: (id: string) => call<Duplicate[]>(`/api/cases/${id}/duplicates`),

  matters: () => call<MatterList>('/api/items'),
  matterVersions: (code: string) => call<MatterVersion[]>(`/api/items/code/${code}/versions`),
  putMatter: (matter: NewMatter) => call<Matter>('/api/items', { method: 'PUT', body: matter }),
  proposeMatter: (matter: NewMatter) => call<MatterVersion>('/api/items/proposals', { method: 'POST', body: matter }),
  decideMatter: (id: string, accepted: boolean, reason: string) =>
    call<MatterVersion>(`/api/items/proposals/${id}`, { method: 'POST', body: { accepted, reason } }),
  retireMatter: (code: string, reason: string) =>
    call<undefined>(`/api/items/code/${code}`, { method: 'DELETE', body: { reason } }),
  takeMatters: (file: File, reason: string) =>
    call<MatterSheet>('/api/items/import', { method: 'POST', query: { reason }, file }),

  checklists: () => call<ChecklistVersion[]>('/api/checklists'),
  beginChecklist: (basedOn: string) =>
    call<ChecklistVersion>('/api/checklists', { method: 'POST', body: { based_on: basedOn } }),
  putChecklist: ({ id, title, title_en, items, changed_at }: ChecklistVersion) =>
    call<ChecklistVersion>(`/api/checklists/${id}`, {
      method: 'PUT',
      body: { title, title_en: title_en ?? '', items, changed_at },
    }),
  discardChecklist: (id: string) => call<undefined>(`/api/checklists/${id}`, { method: 'DELETE' }),
  publishChecklist: (id: string, changedAt: string) =>
    call<ChecklistVersion>(`/api/checklists/${id}/publish`, { method: 'POST', body: { changed_at: changedAt } }),
  addHelpPicture: (picture: Blob) => call<{ id: string }>('/api/checklists/pictures', { method: 'POST', file: picture }),
  readChecklist: (file: File) => call<ChecklistSheet>('/api/checklists/import', { method: 'POST', file }),

  places: () => call<ReportPlace[]>('/api/sources/places'),
  makePlace: (village: string, grid: string | null) =>
    call<ReportPlace>('/api/sources/places', { method: 'POST', body: { org_unit_id: village, grid_id: grid } }),
  retirePlace: (id: string) => call<undefined>(`/api/sources/places/${id}`, { method: 'DELETE' }),
  takeOrders: (file: File) => call<OrderSheet>('/api/sources/hotline', { method: 'POST', file }),
  alertSources: () => call<AlertSource[]>('/api/sources/alerts'),
  makeAlertSource: (source: { name: string; grid_id: string; devices: Record<string, Spot> }) =>
    call<AlertSource & { secret: string }>('/api/sources/alerts', { method: 'POST', body: source }),
  changeAlertSource: (id: string, told: { name: string; devices: Record<string, Spot> }) =>
    call<AlertSource>(`/api/sources/alerts/${id}`, { method: 'PUT', body: told }),
  newAlertSecret: (id: string) =>
    call<AlertSource & { secret: string }>(`/api/sources/alerts/${id}/secret`, { method: 'POST' }),
  retireAlertSource: (id: string) => call<undefined>(`/api/sources/alerts/${id}`, { method: 'DELETE' }),
  alertCalls: (id: string) => call<AlertCall[]>(`/api/sources/alerts/${id}/calls`),
  register: (find: NewFind) => call<{ id: string; number: string }>('/api/registrations', { method: 'POST', body: find }),

  houses: (query: Query, signal?: AbortSignal) => call<Page<HouseRow>>('/api/houses', { query, signal }),
  house: (id: string) => call<House>(`/api/houses/${id}`),
  takeLabels: (ids: readonly string[], filters: Query) =>
    takeFile('/api/houses/labels', { method: 'POST', body: { ids, filters: ids.length > 0 ? {} : filters } }),
  houseImports: () => call<HouseImport[]>('/api/houses/imports'),
  houseImport: (id: string) => call<HouseImport>(`/api/houses/imports/${id}`),
  bringHouses: (file: File, about: ImportAbout) =>
    call<HouseImport>('/api/houses/imports', { method: 'POST', query: { about, name: file.name.slice(-200) }, file }),
  takeHouses: (id: string) => call<HouseImport>(`/api/houses/imports/${id}/take`, { method: 'POST' }),
  leaveHouses: (id: string) => call<undefined>(`/api/houses/imports/${id}`, { method: 'DELETE' }),
  importLines: (id: string, kind: ImportKind | '', after: number) =>
    call<{ items: ImportLine[]; next: number | null }>(`/api/houses/imports/${id}/lines`, { query: { kind, after } }),
  takeAddresses: (file: File, take: boolean) =>
    call<AddressSheet>('/api/addresses', { method: 'POST', query: { take: String(take) }, file }),
  addressesOf: (id: string) => call<StandardAddress[]>(`/api/houses/${id}/addresses`),
  matchAddress: (id: string, addressId: string) =>
    call<House>(`/api/houses/${id}/address`, { method: 'POST', body: { address_id: addressId } }),
  decideReview: (id: string, decision: ReviewDecision) =>
    call<House>(`/api/houses/reviews/${id}`, { method: 'POST', body: { decision } }),

  tasks: (query: Query, signal?: AbortSignal) => call<Page<TaskRow>>('/api/tasks', { query, signal }),
  task: (id: string) => call<Task>(`/api/tasks/${id}`),
  createTask: (task: NewTask) => call<Task>('/api/tasks', { method: 'POST', body: task }),
  cancelTask: (id: string, reason: string) =>
    call<Task>(`/api/tasks/${id}/cancel`, { method: 'POST', body: { reason } }),
  reassignTask: (id: string, worker_id: string, reason: string) =>
    call<Task>(`/api/tasks/${id}/reassign`, { method: 'POST', body: { worker_id, reason } }),
  nearest: (lng: number, lat: number) => call<Near[]>('/api/tasks/nearest', { query: { lng, lat } }),
  taskForms: () => call<KeptForm[]>('/api/task-forms'),
  addForm: (form: NewForm) => call<KeptForm>('/api/task-forms', { method: 'POST', body: form }),
  answerTime: (id: string, granted: boolean) =>
    call<Task>(`/api/tasks/${id}/time`, { method: 'POST', body: { granted } }),

  campaigns: () => call<CampaignRow[]>('/api/campaigns'),
  campaign: (id: string) => call<Campaign>(`/api/campaigns/${id}`),
  startCampaign: (campaign: NewCampaign) => call<Campaign>('/api/campaigns', { method: 'POST', body: campaign }),
  closeCampaign: (id: string) => call<Campaign>(`/api/campaigns/${id}/close`, { method: 'POST' }),
  households: (id: string, query: Query, signal?: AbortSignal) =>
    call<Page<Household>>(`/api/campaigns/${id}/visits`, { query, signal }),
  plans: () => call<Plan[]>('/api/plans'),
  addPlan: (plan: NewPlan) => call<Plan>('/api/plans', { method: 'POST', body: plan }),
  actOnPlan: (id: string, action: 'pause' | 'resume') => call<Plan>(`/api/plans/${id}/${action}`, { method: 'POST' }),

  refusals: (query: Query, signal?: AbortSignal) => call<Page<RefusalRow>>('/api/refusals', { query, signal }),
  openRefusals: () => call<{ open: number }>('/api/refusals/count'),
  refusal: (id: string) => call<RefusedRecord>(`/api/refusals/${id}`),
  acceptRefusal: (id: string, note: string) =>
    call<RefusedRecord>(`/api/refusals/${id}/accept`, { method: 'POST', body: { note } }),
  discardRefusal: (id: string, reason: string) =>
    call<RefusedRecord>(`/api/refusals/${id}/discard`, { method: 'POST', body: { reason } }),
  takeInRescue: (file: File) => call<RescueReport>('/api/rescues', { method: 'POST', file }),

  feedback: (query: Query, signal?: AbortSignal) =>
    call<Page<Feedback>>('/api/feedback', { query, signal }),
  phones: (query: Query, signal?: AbortSignal) => call<PhonePage>('/api/phones', { query, signal }),
  remind: (workerId: string) => call<{ at: string }>(`/api/workers/${workerId}/reminders`, { method: 'POST' }),
  messages: (query: Query, signal?: AbortSignal) => call<Page<SentMessage>>('/api/messages', { query, signal }),
  receipt: (id: string, event: 'delivered' | 'read') =>
    call<undefined>(`/api/messages/${id}/receipts`, { method: 'POST', body: { event, channel: 'live' } }),
  channels: () => call<Channels>('/api/messages/channels'),
  quietHours: () => call<QuietHours[]>('/api/messages/quiet-hours'),
  setQuietHours: (unitId: string, since: string | null, until: string | null) =>
    call<QuietHours>(`/api/messages/quiet-hours/${unitId}`, { method: 'PUT', body: { since, until } }),
  leaveQuietHours: (unitId: string) => call<undefined>(`/api/messages/quiet-hours/${unitId}`, { method: 'DELETE' }),
  tryChannel: (channel: Channel, contactId: string | null) =>
    call<undefined>('/api/messages/tests', { method: 'POST', body: { channel, contact_id: contactId } }),
  calls: () => call<ToCall[]>('/api/calls'),
  numberToCall: (id: string) => call<{ number: string | null }>(`/api/calls/${id}/number`, { method: 'POST' }),
  called: (id: string, outcome: Outcome, note: string) =>
    call<undefined>(`/api/calls/${id}`, { method: 'POST', body: { outcome, note } }),
  takePushes: (method: 'POST' | 'DELETE', where: PushSubscriptionJSON) =>
    call<undefined>('/api/push/subscriptions', { method, body: where }),
  contacts: () => call<Contact[]>('/api/contacts'),
  unitContacts: () => call<Contact[]>('/api/contacts/units'),
  addContact: (contact: NewContact) => call<undefined>('/api/contacts', { method: 'POST', body: contact }),
  removeContact: (id: string) => call<undefined>(`/api/contacts/${id}`, { method: 'DELETE' }),
  calendar: (year: number) => call<CalendarYear>('/api/calendar', { query: { year } }),
  setDay: (day: NamedDay) => call<CalendarYear>('/api/calendar', { method: 'PUT', body: day }),
  clearDay: (day: string) => call<CalendarYear>('/api/calendar', { method: 'DELETE', query: { day } }),
  tokens: () => call<PartnerToken[]>('/api/tokens'),
  giveToken: (token: NewPartnerToken) =>
    call<PartnerToken & { token: string }>('/api/tokens', { method: 'POST', body: token }),
  revokeToken: (id: string) => call<undefined>(`/api/tokens/${id}`, { method: 'DELETE' }),
  webhooks: () => call<WebhookEndpoint[]>('/api/webhooks'),
  addWebhook: (endpoint: NewWebhookEndpoint) =>
    call<WebhookEndpoint & { secret: string }>('/api/webhooks', { method: 'POST', body: endpoint }),
  removeWebhook: (id: string) => call<undefined>(`/api/webhooks/${id}`, { method: 'DELETE' }),
  actOnWebhook: (id: string, action: 'enable' | 'test') =>
    call<unknown>(`/api/webhooks/${id}/${action}`, { method: 'POST' }),
  webhookMessages: (id: string, query: Query) =>
    call<Page<WebhookMessage>>(`/api/webhooks/${id}/messages`, { query }),
  replayWebhook: (id: string, body: { message_id: string } | { since: string }) =>
    call<{ messages: number }>(`/api/webhooks/${id}/replay`, { method: 'POST', body }),
  workers: () => call<Worker[]>('/api/workers'),
  orgTree: () => call<OrgUnit[]>('/api/org/tree'),
  departments: () => call<Named[]>('/api/departments'),
  departmentDuties: () => call<(Named & { duties: string })[]>('/api/departments/duties'),
  setDuties: (id: string, duties: string) => call(`/api/departments/${id}/duties`, { method: 'PUT', body: { duties } }),
  map: () => call<TownMap>('/api/map'),
  mapHouses: () => call<HousePoints>('/api/map/houses'),
  mapHouseHistory: (query: Query) => call<HouseHistory>('/api/map/houses/history', { query }),
  mapCases: () => call<CasePoints>('/api/map/cases'),
}
