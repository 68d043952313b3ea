/** The inbox's filters, named as the server names them. */
export const filterKeys = ['kind', 'state', 'village_id', 'grid_id', 'worker_id', 'since', 'doubt', 'q'] as const
export type InboxFilterKey = (typeof filterKeys)[number]

/** A state belongs to a kind and a grid to a village: changing the one drops the other. */
export const lostWith: Partial<Record<InboxFilterKey, readonly InboxFilterKey[]>> = {
  kind: ['state'],
  village_id: ['grid_id'],
}

/** Where the words and looks of each kind's states are found. */
export const stateGroups = { inspection: 'result', hazard: 'case', patrol: 'patrol' } as const
