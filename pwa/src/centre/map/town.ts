import { desk } from '../../api/desk'
import type { TownMap } from '../../api/desk-records'

let asked: Promise<TownMap> | undefined

/** The polygons of the part of the town one sees; fetched once, because they change with reforms, not with days. */
export function townMap(): Promise<TownMap> {
  asked ??= desk.map().catch((failure: unknown) => {
    asked = undefined
    throw failure
  })
  return asked
}
