import type { Case } from '../../api/desk-records'
import type { AssignSeed } from './assign'

/** What a hazard already says about a task to look at it. */
export function seedOfCase(record: Case, t: (key: string, values: Record<string, string>) => string): AssignSeed {
  const { title, house, grid, lng, lat, address } = record
  return {
    kind: 'verify',
    case: record,
    house,
    grid,
    lng,
    lat,
    place: house ? '' : (address ?? ''),
    // What ought to be, to be verified: not that it is not so.
    title: t('centre.tasks.verify_of', { title: title.replace(/^不符合：/, '') }),
  }
}

/** The same for a joint visit, to which whoever handles the hazard is called as well. */
export function visitOfCase(record: Case, t: (key: string, values: Record<string, string>) => string): AssignSeed {
  const departments = record.department ? [record.department.id] : []
  return { ...seedOfCase(record, t), kind: 'visit', departments, title: t('centre.tasks.joint_of', { title: record.title }) }
}
