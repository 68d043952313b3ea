/** What the person does: right and wrong, on whatever the phone holds at that moment. */
import { signOut, UnsentWorkError } from '../../src/api/session'
import { discardDraft, saveDraft } from '../../src/db/drafts'
import type { GridfieldDb } from '../../src/db/open'
import type { Cursor, DraftKind, JournalRow, MetaRow } from '../../src/db/schema'
import { newId } from '../../src/domain/ids'
import type { PhotoManifest } from '../../src/domain/mutations'
import type { Answer, ChecklistItem, PhotoOwner, RecordKind, Row } from '../../src/domain/records'
import { discard, sendAgain } from '../../src/sync/refused'
import { saveMutation, type NewMutation } from '../../src/sync/save'
import { TrackRecorder } from '../../src/sync/track-recorder'
import { getRecord, listRecords } from '../../src/sync/view'
import type { Dice } from './dice'
import { answerOf } from './disk'
import type { Camera } from './photos'
import type { Story } from './story'
import { isOfStorage } from './surroundings'
import type { Window } from './window'

const WRONG = 0.15
const SETTLING = 0.25
const LETTING_GO = 0.8

/** A record that this phone made. */
interface Own {
  mutation: string
  kind: RecordKind
  id: string
}

/** Own work that was not in the base when its outbox row left, and the scopes that were loaded then. */
interface Vanished extends Own {
  epoch: unknown
  scopes: string[]
}

export class Person {
  /** Mutations that the phone said are saved. */
  readonly saved = new Set<string>()
  /** Own work that did not show at once (invariant 4). */
  readonly unseen: string[] = []
  /** Own work that was gone when its outbox row left, if it lives in one of the scopes (invariant 4). */
  readonly vanished: Vanished[] = []
  /** Other things that must not be. */
  readonly broken: string[] = []
  #patrols: { id: string; start: string }[] = []
  readonly #made = new Map<string, Own>()

  constructor(
    private readonly dice: Dice, private readonly camera: Camera, private readonly story: Story, private readonly wrongShare = WRONG,
  ) {}

  /** One thing of a day's work, at random. */
  async act(db: GridfieldDb): Promise<void> {
    if (this.dice.chance(SETTLING)) await this.#settle(db)
    const at = (deed: (house: Row<'house'>) => Promise<unknown>) => async () => {
      const house = this.dice.any(await listRecords(db, 'house'))
      return house ? deed(house) : this.#feedback(db)
    }
    const inspect = at((house) => this.#inspect(db, house))
    const report = at((house) => (this.camera.likes ? this.#report(db, house) : this.#feedback(db)))
    const walk = at((house) => this.#patrol(db, house))
    const work = (): Promise<unknown> => this.#work(db)
    await this.dice.pick([inspect, inspect, report, report, walk, walk, work, work, () => this.#feedback(db)])()
  }

  /** Reads a refusal, and lets the record go or sends it again as it is. */
  async #settle(db: GridfieldDb): Promise<void> {
    const letter = this.dice.any((await db.dead.toArray()).filter(({ verdict }) => verdict === 'rejected'))
    if (letter === undefined) return
    const goes = this.dice.chance(LETTING_GO)
    await (goes ? discard(db, letter.mutation_id, '现场已处理') : sendAgain(db, letter.mutation_id))
    this.story.note(goes ? 'let go' : 'sent again', [letter.mutation_id])
  }

  async #save(db: GridfieldDb, mutation: NewMutation, kind?: DraftKind): Promise<string> {
    const { draftId } = mutation
    if (kind && draftId !== undefined) await saveDraft(db, { id: draftId, kind, owner_id: draftId, cursor: null, data: mutation.args })
    try {
      const id = await saveMutation(db, mutation)
      // Where the app has ended meanwhile, nobody was told.
      if (db.isOpen()) this.saved.add(id)
      this.story.note(`saved ${mutation.name}`, [id])
      return id
    } catch (error) {
      if (draftId !== undefined && isOfStorage(error)) await this.#expectDraft(db, draftId)
      throw error
    }
  }

  /** The person was told that it could not be saved: all of it must still be there to be saved later. */
  async #expectDraft(db: GridfieldDb, draftId: string): Promise<void> {
    if (!(await db.drafts.get(draftId))) this.broken.push(`draft ${draftId} left without being saved`)
  }

  /** These have left the outbox by the last commit: what was accepted of them must have come back by now. */
  async look(stores: IDBDatabase, left: readonly string[]): Promise<void> {
    const now = stores.transaction(['base', 'cursors', 'journal', 'meta']) // begun before any other that writes
    const read = async <T>(store: string, key: IDBValidKey): Promise<T | undefined> => answerOf(now.objectStore(store).get(key) as IDBRequest<T | undefined>)
    const made = left.flatMap((mutation) => this.#made.get(mutation) ?? [])
    const [epoch, cursors, ...found] = await Promise.all([
      read<MetaRow>('meta', 'epoch'), answerOf(now.objectStore('cursors').getAll() as IDBRequest<Cursor[]>),
      ...made.map(({ mutation, kind, id }) => Promise.all([read<JournalRow>('journal', mutation), read('base', [kind, id])])),
    ])
    const scopes = cursors.filter(({ until }) => until === null).map(({ scope }) => scope)
    for (const [i, [row, there]] of found.entries()) {
      const accepted = row?.verdict === 'ok' || row?.verdict === 'ok_merged'
      if (accepted && there === undefined) this.vanished.push({ ...made[i] as Own, epoch: epoch?.value ?? null, scopes })
    }
  }

  /** Wants to sign out, which is refused while anything stands only here; answers whether it was done. */
  async leave({ db, http }: Window): Promise<boolean> {
    try {
      await signOut(db, http)
      return true
    } catch (error) {
      if (error instanceof UnsentWorkError) for (const id of await db.drafts.toCollection().primaryKeys()) await discardDraft(db, id)
      return false
    }
  }

  #wrong(): boolean { return this.dice.chance(this.wrongShare) }

  #photo(db: GridfieldDb, owner: PhotoOwner, id: string, code: string | null): Promise<PhotoManifest> {
    return this.camera.shoot(db, owner, id, id, code)
  }

  async #photos(db: GridfieldDb, owner: PhotoOwner, id: string): Promise<PhotoManifest[]> {
    return this.camera.likes ? [await this.#photo(db, owner, id, null)] : []
  }

  #feedback(db: GridfieldDb): Promise<string> {
    const text = this.#wrong() ? '' : `意见 ${newId()}`
    const v = this.#wrong() ? 2 : 1 // a version that the server does not know yet is held
    return this.#save(db, { name: 'feedback.submit', v, args: { feedback_id: newId(), text } })
  }

  #place({ lng, lat }: Row<'house'>): { lng: number; lat: number; accuracy: number; at: string; source: 'gps' } {
    return { lng: lng ?? 120, lat: lat ?? 32, accuracy: 12, at: new Date().toISOString(), source: 'gps' }
  }

  async #inspect(db: GridfieldDb, house: Row<'house'>): Promise<void> {
    const checklist = this.dice.any(await listRecords(db, 'checklist'))
    if (checklist === undefined) return
    const demanding = checklist.items.filter((item) => item.answer === 'pass_fail_na' && item.photo_on_fail === 'required')
    const bad = this.dice.chance(0.5) && this.camera.likes ? this.dice.pick(demanding).code : null
    const id = newId()
    const photos = bad !== null && !this.#wrong() ? [await this.#photo(db, 'inspection', id, bad)] : []
    const answers = checklist.items.map((item) => answerTo(item, house, bad))
    const mutation = await this.#save(db, {
      name: 'inspection.submit', draftId: id,
      args: {
        inspection_id: id, house_id: this.#wrong() ? newId() : house.id, checklist_id: checklist.id, task_id: null,
        started_at: new Date(Date.now() - 300_000).toISOString(), outcome: 'inspected',
        answers: this.#wrong() ? answers.slice(1) : answers, note: null, position: this.#place(house), photos,
        case_ids: bad === null ? {} : { [bad]: newId() },
      },
    }, 'inspection')
    if (!(await getRecord(db, 'inspection', id))) this.unseen.push(id)
    this.#made.set(mutation, { mutation, kind: 'inspection', id })
  }

  async #report(db: GridfieldDb, house: Row<'house'>): Promise<void> {
    const item = this.dice.any(await listRecords(db, 'hazard_item'))
    if (item === undefined) return
    const id = newId()
    const photos = [await this.#photo(db, 'case', id, null)]
    if (this.dice.chance(0.2)) photos.push(await this.#photo(db, 'case', id, null))
    const mutation = await this.#save(db, {
      name: 'hazard.report', draftId: id,
      args: {
        case_id: id, item_code: this.#wrong() ? 'no-such-item' : item.code, severity: null, house_id: null,
        grid_id: house.grid_id, note: '楼道堆物', address: null, position: this.#place(house), photos,
      },
    }, 'hazard')
    if (!(await getRecord(db, 'case', id))) this.unseen.push(id)
    this.#made.set(mutation, { mutation, kind: 'case', id })
  }

  async #patrol(db: GridfieldDb, house: Row<'house'>): Promise<void> {
    const running = this.dice.any(this.#patrols)
    if (running === undefined || this.#wrong()) {
      const id = newId()
      const args = { patrol_id: id, kind: this.dice.pick(['day', 'night'] as const), task_id: null, recording: true, position: this.#place(house) }
      const start = await this.#save(db, { name: 'patrol.start', args })
      this.#patrols.push({ id, start })
      this.#made.set(start, { mutation: start, kind: 'patrol', id })
      return
    }
    const { id, start } = running
    const step = this.dice.pick(['walk', 'walk', 'pause', 'resume', 'finish'] as const)
    if (step === 'walk') await this.#walk(db, id, house)
    else if (step === 'finish') await this.#finishPatrol(db, id, start)
    else await this.#save(db, { name: `patrol.${step}`, args: { patrol_id: id }, deps: [start] })
  }

  async #walk(db: GridfieldDb, id: string, house: Row<'house'>): Promise<void> {
    const recorder = await TrackRecorder.open(db, id)
    const began = Date.now() - 60_000
    for (let i = 0; i < 5; i++) {
      await recorder.add({ lng: (house.lng ?? 120) + i * 1e-4, lat: house.lat ?? 32, at: began + i * 10_000, accuracy: 8 })
    }
    await recorder.close()
  }

  async #finishPatrol(db: GridfieldDb, id: string, start: string): Promise<void> {
    const { distance_m, segments } = (await TrackRecorder.open(db, id)).summary
    const args = { patrol_id: id, note: null, distance_m, segments, photos: await this.#photos(db, 'patrol', id) }
    await this.#save(db, { name: 'patrol.finish', args, deps: [start], draftId: id }, 'patrol')
    this.#patrols = this.#patrols.filter((patrol) => patrol.id !== id)
  }

  async #work(db: GridfieldDb): Promise<void> {
    const tasks = (await listRecords(db, 'task')).filter(({ state }) => this.#wrong() || state === 'assigned' || state === 'accepted')
    const task = this.dice.any(tasks)
    await (task ? this.#task(db, task) : this.#feedback(db))
  }

  async #task(db: GridfieldDb, { id, state }: Row<'task'>): Promise<void> {
    const ref = { task_id: id, seen_state: state }
    const step = this.dice.pick(['read', 'accept', 'accept', 'finish', 'finish', 'return'] as const)
    if (step === 'read') await this.#save(db, { name: 'task.read', args: { task_id: id } })
    else if (step === 'accept') await this.#save(db, { name: 'task.accept', args: ref })
    else if (step === 'return') await this.#save(db, { name: 'task.return', args: { ...ref, reason: this.#wrong() ? '' : '无法完成' } })
    else {
      const photos = await this.#photos(db, 'task', id)
      const args = { ...ref, text: `已处理 ${newId()}`, position: null, photos, outcome: null }
      await this.#save(db, { name: 'task.finish', args, draftId: id }, 'task')
    }
  }
}

function answerTo(item: ChecklistItem, house: Row<'house'>, bad: string | null): Answer {
  const holds = (part: string): boolean => item.answer.includes(part)
  return {
    code: item.code, note: null, severity: null,
    verdict: holds('pass_fail_na') ? (item.code === bad ? 'fail' : 'pass') : null,
    number: holds('number') ? (item.max ?? item.min ?? (house.occupant_count || 1)) : null,
    text: item.answer === 'text' ? '' : null,
  }
}
