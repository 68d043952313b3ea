import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { desk } from '../../api/desk'
import type { CaseRow } from '../../api/desk-records'
import { settle } from '../data/settle'
import { onLive } from '../live/live'
import { hush, ring } from './sound'

const SETTLE_MS = 300

/** The urgent cases that nobody has taken yet; while there are any, the desk sounds. */
export function useAlarms(): { alarms: ShallowRef<CaseRow[]>; look: () => void } {
  const alarms = shallowRef<CaseRow[]>([])
  const look = (): void => {
    // What cannot be asked now is asked at the next change or poll.
    desk.alarms().then((rows) => { alarms.value = rows }, () => undefined)
  }
  const soon = settle(look, SETTLE_MS)
  onScopeDispose(onLive((change) => {
    if (change === null || change.kind === 'case') soon()
  }))
  watch(() => alarms.value.length > 0, (wanted) => { (wanted ? ring : hush)() })
  onScopeDispose(hush)
  look()
  return { alarms, look }
}
