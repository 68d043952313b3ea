/**
 * A patrol's track as it comes (docs/sync-protocol.md, section 7): every point is on the disk at once,
 * a segment leaves as a mutation after 5 minutes, at a pause and at a gap; a gap stays a gap.
 */
import type { GridfieldDb } from '../db/open'
import type { JournalRow, OpenSegment } from '../db/schema'
import { distanceM, inChina } from '../domain/geo'
import type { Mutation } from '../domain/mutations'
import { decodeTrack, encodeTrack, GAP_MS, SEGMENT_MS, trackLength, type Fix } from '../domain/track'
import { saveMutation } from './save'

export interface TrackSummary {
  distance_m: number
  segments: number
}

/** A fix nearer than this to the one before tells nothing new, until some time has passed. */
const MIN_MOVE_M = 5
const MAX_STILL_MS = 30_000
const WORST_ACCURACY_M = 100

type TrackMutation = Extract<Mutation, { name: 'patrol.track' }>

/** What was saved of a patrol, oldest first: read from the newest back to its start, not the whole month. */
async function journalOf(db: GridfieldDb, patrolId: string): Promise<JournalRow[]> {
  const isOfPatrol = ({ args }: JournalRow): boolean => 'patrol_id' in args && args.patrol_id === patrolId
  const rows = await db.journal.orderBy('n').reverse()
    .until((row) => row.name === 'patrol.start' && isOfPatrol(row), true)
    .filter(isOfPatrol).toArray()
  return rows.reverse()
}

function tracksIn(rows: readonly JournalRow[]): TrackMutation['args'][] {
  return rows.filter((row) => row.name === 'patrol.track').map((row) => row.args as TrackMutation['args'])
}

/** The fixes of every segment that this phone has recorded for a patrol, the open one last. */
export async function recordedSegments(db: GridfieldDb, patrolId: string): Promise<Fix[][]> {
  const closed = tracksIn(await journalOf(db, patrolId))
  const open = await db.track.where('patrol_id').equals(patrolId).sortBy('seq')
  return [
    ...closed.map(({ points, started_at }) => decodeTrack(points, Date.parse(started_at))),
    ...open.map(({ fixes }) => fixes),
  ]
}

export class TrackRecorder {
  #work: Promise<unknown> = Promise.resolve()
  #open: OpenSegment | null = null
  #closedDistance = 0
  #nextSeq = 0
  #deps: string[] = []

  private constructor(private readonly db: GridfieldDb, readonly patrolId: string) {}

  /** Continues a patrol's track where it stands, after a crash too; begins one when there is none. */
  static async open(db: GridfieldDb, patrolId: string): Promise<TrackRecorder> {
    const recorder = new TrackRecorder(db, patrolId)
    await recorder.#recover()
    return recorder
  }

  /** Takes a fix; resolves when it is on the disk. Useless ones (too vague, no movement) are left out. */
  add(fix: Fix): Promise<void> {
    return this.#inTurn(() => this.#take(fix))
  }

  /** Pause or finish: the open segment leaves for the outbox; the next fix begins a new one. */
  close(): Promise<TrackSummary> {
    return this.#inTurn(async () => {
      await this.#closeSegment()
      return this.summary
    })
  }

  /** Metres without the gaps, and how many segments there are, the open one included. */
  get summary(): TrackSummary {
    const open = this.#open
    return {
      distance_m: Math.round(this.#closedDistance + trackLength(open?.fixes ?? [])),
      segments: this.#nextSeq + (open ? 1 : 0),
    }
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#work.then(step)
    this.#work = turn.catch(() => undefined)
    return turn
  }

  async #recover(): Promise<void> {
    const rows = await journalOf(this.db, this.patrolId)
    const closed = tracksIn(rows)
    this.#deps = rows.filter((row) => row.name === 'patrol.start').map((row) => row.mutation_id)
    this.#nextSeq = closed.reduce((next, { seq }) => Math.max(next, seq + 1), 0)
    for (const { points, started_at } of closed) {
      this.#closedDistance += trackLength(decodeTrack(points, Date.parse(started_at)))
    }
    const [open] = await this.db.track.where('patrol_id').equals(this.patrolId).sortBy('seq')
    this.#open = open ?? null
  }

  async #take(fix: Fix): Promise<void> {
    const last = this.#open?.fixes[this.#open.fixes.length - 1]
    if (!inChina(fix) || (fix.accuracy ?? 0) > WORST_ACCURACY_M) return
    if (last) {
      const still = distanceM(last, fix) < MIN_MOVE_M && fix.at - last.at < MAX_STILL_MS
      if (fix.at === last.at || (still && fix.at > last.at)) return
    }
    const broken = last !== undefined && (fix.at < last.at || fix.at - last.at > GAP_MS)
    const full = this.#open !== null && fix.at - this.#open.started_at > SEGMENT_MS
    if (broken || full) await this.#closeSegment()
    // A full segment is no gap: the next one begins where it ended.
    await this.#append(full && !broken && last ? [last, fix] : [fix])
  }

  async #append(fixes: Fix[]): Promise<void> {
    const [first] = fixes
    if (first === undefined) return
    const open = this.#open ?? { patrol_id: this.patrolId, seq: this.#nextSeq, started_at: first.at, fixes: [] }
    const grown = { ...open, fixes: [...open.fixes, ...fixes] }
    await this.db.track.put(grown)
    this.#open = grown
  }

  async #closeSegment(): Promise<void> {
    const open = this.#open
    if (open === null) return
    await saveMutation(this.db, {
      name: 'patrol.track',
      args: {
        patrol_id: open.patrol_id, seq: open.seq, started_at: new Date(open.started_at).toISOString(),
        points: encodeTrack(open.fixes, open.started_at),
      },
      deps: this.#deps,
      alongside: () => this.db.track.delete([open.patrol_id, open.seq]),
    })
    this.#closedDistance += trackLength(open.fixes)
    this.#nextSeq = open.seq + 1
    this.#open = null
  }
}
