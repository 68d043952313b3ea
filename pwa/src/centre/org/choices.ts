import { computed, type ComputedRef } from 'vue'
import { placeName } from '../parts/place-name'
import { useOrg } from './org'

export interface Choice {
  value: string
  label: string
}

/** Filter choices from the organisation; grids follow the village chosen. */
export function useOrgChoices(villageId: () => string): Record<
  'villages' | 'grids' | 'workers' | 'departments',
  ComputedRef<Choice[]>
> {
  const { villages, grids, workers, departments } = useOrg()
  const choice = ({ id, name }: { id: string; name: string }): Choice => ({ value: id, label: name })
  return {
    villages: computed(() => villages.value.map(choice)),
    grids: computed(() =>
      grids.value
        .filter(({ village }) => villageId() === '' || village.id === villageId())
        .map(({ id, name, village }) => ({
          value: id,
          label: villageId() === '' ? placeName(village, { id, name }) : name,
        })),
    ),
    workers: computed(() => workers.value.map(choice)),
    departments: computed(() => departments.value.map(choice)),
  }
}
