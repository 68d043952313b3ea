import { computed, shallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { Named, OrgUnit, Worker } from '../../api/desk-records'
import { onLive } from '../live/live'
import { may } from '../session/session'

export interface GridPlace {
  id: string
  name: string
  village: Named
}

const units = shallowRef<OrgUnit[]>([])
const departments = shallowRef<Named[]>([])
const workers = shallowRef<Worker[]>([])
let asked = false

function load(): void {
  asked = true
  // Filters only lose their choices when one of these fails; the lists themselves report the failure,
  // and the next catching up asks again.
  if (may('org:read')) {
    void desk.orgTree().then((found) => { units.value = found }, () => undefined)
    void desk.departments().then((found) => { departments.value = found }, () => undefined)
  }
  void refreshWorkers()
}

async function refreshWorkers(): Promise<void> {
  if (!may('worker:read')) return
  try {
    workers.value = await desk.workers()
  } catch {
    // Kept as they were: an old list of names is better than none.
  }
}

onLive((change) => {
  if (asked && change === null && units.value.length === 0) load()
  if (asked && (change === null || change.kind === 'patrol' || change.kind === 'task')) void refreshWorkers()
})

const villages = computed<Named[]>(() =>
  units.value.filter(({ kind }) => kind === 'village').map(({ id, name }) => ({ id, name })),
)

const grids = computed<GridPlace[]>(() =>
  units.value.flatMap((unit) =>
    unit.grids
      .filter(({ parent_id }) => parent_id === null)
      .map(({ id, name }) => ({ id, name, village: { id: unit.id, name: unit.name } })),
  ),
)

/** The villages, grids, departments and workers of the part of the organisation one sees. */
export function useOrg() {
  if (!asked) load()
  return { units, villages, grids, departments, workers }
}
