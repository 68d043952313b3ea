import { toast } from '../../ui/toast'
import { useRefusalText } from '../parts/refusal-text'

/** Does something by a press; a refusal is told beside the screen, which stays as it is. */
export function useAttempt(): (deed: () => Promise<void>) => Promise<void> {
  const refusalText = useRefusalText()
  return async (deed) => {
    try {
      await deed()
    } catch (failure) {
      toast(refusalText(failure), { tone: 'bad' })
    }
  }
}
