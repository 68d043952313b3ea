/** The one patrol of this phone: it outlives screens, reloads and crashes. */
import { computed, ref, shallowRef } from 'vue'
import { listDrafts } from '../../db/drafts'
import type { GridfieldDb } from '../../db/open'
import { newId } from '../../domain/ids'
import type { PatrolFinish, PatrolKind, PatrolStart } from '../../domain/records'
import { saveMutation } from '../../sync/save'
import { TrackRecorder } from '../../sync/track-recorder'
import type { PhotoDraft } from '../photos/take-photo'
import { type Fix, gpsPosition, holdPosition, onFix, usable } from '../position/use-position'
import { useCurrent } from '../session/current'
import { type PatrolWork, elapsedSeconds, paused, resumed } from './patrol-state'
import { keepScreenAwake } from './screen-awake'

const work = shallowRef<PatrolWork | null>(null)
const now = ref(Date.now())
const distance = ref(0)
const restored = ref(false)

let owner: GridfieldDb | null = null
let recorder: TrackRecorder | null = null
let stopHearing: (() => void) | null = null
let lastFix: Fix | null = null
let ticking: ReturnType<typeof setInterval> | undefined

const active = computed(() => work.value !== null)
const isPaused = computed(() => work.value !== null && work.value.paused_at !== null)
const recording = computed(() => work.value?.recording === true && work.value.paused_at === null)
const elapsed = computed(() => (work.value ? elapsedSeconds(work.value, now.value) : 0))

onFix((fix) => {
  lastFix = fix
})

function startTicking(): void {
  clearInterval(ticking)
  ticking = setInterval(() => {
    now.value = Date.now()
  }, 1000)
}

async function hear(db: GridfieldDb, patrol: PatrolWork): Promise<void> {
  const track = await TrackRecorder.open(db, patrol.patrol_id)
  recorder = track
  distance.value = track.summary.distance_m
  if (patrol.paused_at !== null) return
  const release = holdPosition()
  const silence = onFix((fix) => {
    const here = usable(fix)
    if (!here) return
    void track.add(here).then(() => {
      distance.value = track.summary.distance_m
    })
  })
  stopHearing = () => {
    silence()
    release()
  }
  keepScreenAwake(true)
}

function hush(): void {
  stopHearing?.()
  stopHearing = null
  keepScreenAwake(false)
}

async function take(db: GridfieldDb, patrol: PatrolWork): Promise<void> {
  work.value = patrol
  now.value = Date.now()
  distance.value = 0
  startTicking()
  if (patrol.recording) await hear(db, patrol)
}

function drop(): void {
  hush()
  clearInterval(ticking)
  recorder = null
  work.value = null
}

async function restore(db: GridfieldDb): Promise<void> {
  drop()
  owner = db
  restored.value = false
  const [draft] = await listDrafts<PatrolWork>(db, 'patrol')
  if (draft && owner === db) await take(db, draft.data)
  restored.value = true
}

function putDraft(db: GridfieldDb, patrol: PatrolWork): Promise<unknown> {
  const id = patrol.patrol_id
  const draft = { id, kind: 'patrol' as const, owner_id: id, cursor: null, data: patrol }
  return db.drafts.put({ ...draft, updated_at: Date.now() })
}

interface Start {
  kind: PatrolKind
  task_id: string | null
  recording: boolean
}

async function start(db: GridfieldDb, { kind, task_id, recording: records }: Start): Promise<void> {
  const patrol: PatrolWork = {
    patrol_id: newId(), kind, task_id, recording: records,
    started_at: Date.now(), paused_at: null, paused_ms: 0, start_mutation: null,
  }
  const args: PatrolStart = {
    patrol_id: patrol.patrol_id, kind, task_id, recording: records, position: gpsPosition(lastFix),
  }
  const alongside = () => putDraft(db, patrol)
  const id = await saveMutation(db, { name: 'patrol.start', args, alongside })
  const begun = { ...patrol, start_mutation: id }
  await putDraft(db, begun)
  await take(db, begun)
}

function deps(patrol: PatrolWork): string[] {
  return patrol.start_mutation ? [patrol.start_mutation] : []
}

async function turn(db: GridfieldDb, next: 'pause' | 'resume'): Promise<void> {
  const patrol = work.value
  if (!patrol) return
  hush()
  if (next === 'pause') await recorder?.close()
  const changed = next === 'pause' ? paused(patrol, Date.now()) : resumed(patrol, Date.now())
  await saveMutation(db, {
    name: `patrol.${next}`,
    args: { patrol_id: patrol.patrol_id },
    deps: deps(patrol),
    alongside: () => putDraft(db, changed),
  })
  work.value = changed
  if (changed.recording && next === 'resume') await hear(db, changed)
}

async function finish(db: GridfieldDb, note: string, photos: PhotoDraft[]): Promise<string> {
  const patrol = work.value
  if (!patrol) throw new Error('no patrol is under way')
  hush()
  const track = (await recorder?.close()) ?? { distance_m: 0, segments: 0 }
  const args: PatrolFinish = {
    patrol_id: patrol.patrol_id, note: note.trim() || null, ...track,
    photos: photos.map((photo) => ({ ...photo })),
  }
  await saveMutation(db, {
    name: 'patrol.finish', args, deps: deps(patrol), draftId: patrol.patrol_id,
  })
  drop()
  return patrol.patrol_id
}

/** The patrol under way, if any, and what can be done with it; restored from this phone at first use. */
export function usePatrol() {
  const { db } = useCurrent()
  if (owner !== db) void restore(db)
  return {
    work,
    /** Whether the phone's own memory has been asked yet. */
    restored,
    active,
    /** Whether positions are being recorded at this moment. */
    recording,
    paused: isPaused,
    elapsed_s: elapsed,
    distance_m: distance,
    start: (options: Start) => start(db, options),
    pause: () => turn(db, 'pause'),
    resume: () => turn(db, 'resume'),
    finish: (note: string, photos: PhotoDraft[]) => finish(db, note, photos),
  }
}
