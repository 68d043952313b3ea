/** While a draft mends a refusal, its screen knows what was wrong, and where. */
import { inject, provide, type InjectionKey, type ShallowRef } from 'vue'
import type { GridfieldDb } from '../../db/open'
import type { DeadRow } from '../../db/schema'
import { useCurrent } from '../session/current'
import { useQueryOf } from '../session/use-records'
import { wrongIn, type Wrong } from './wrong'

export interface Mending {
  /** Null when it has been settled meanwhile. */
  letter: DeadRow | null
  wrong: Wrong[]
}

type Known = Readonly<ShallowRef<Mending | null | undefined>>
const key: InjectionKey<Known> = Symbol('mending')

/** What the draft mends; null when it mends nothing. */
async function mendingOf(db: GridfieldDb, draftId: string): Promise<Mending | null> {
  const replaces = (await db.drafts.get(draftId))?.replaces
  if (replaces == null) return null
  const letter = await db.dead.get(replaces)
  return { letter: letter ?? null, wrong: letter ? wrongIn(letter) : [] }
}

/** Tells the notes inside the calling screen which refusal its draft mends. */
export function provideMending(draftId: () => string): void {
  const { db } = useCurrent()
  provide(key, useQueryOf(draftId, (id) => mendingOf(db, id)))
}

/** What the surrounding screen mends; undefined where it mends nothing. */
export function useMending(): Known | undefined {
  return inject(key, undefined)
}
