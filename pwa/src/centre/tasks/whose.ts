import type { TaskRow } from '../../api/desk-records'
import { useWords } from '../parts/words'

/** Whose a task is, in a word: its worker with those who share it, or the grid that it is on offer to. */
export function useWhose(): (task: Pick<TaskRow, 'assignee' | 'partners'>) => string {
  const { t } = useWords()
  return ({ assignee, partners }) => {
    if (assignee === null) return t('centre.tasks.for_grid')
    const others = partners?.filter(({ id }) => id !== assignee.id) ?? []
    return [assignee, ...others].map(({ name }) => name).join('、')
  }
}
