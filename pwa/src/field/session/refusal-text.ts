import { OfflineError, ProblemError, TimeoutError } from '../../api/http'

type Translate = (key: string, named?: Record<string, unknown>) => string

/** What a person reads when signing in did not work. */
export function refusalText(error: unknown, t: Translate): string {
  if (error instanceof OfflineError || error instanceof TimeoutError) return t('field.session.offline')
  if (!(error instanceof ProblemError)) return t('field.session.other')
  if (error.slug === 'bad-credentials') return t('field.session.bad-credentials')
  if (error.slug === 'too-many-attempts') {
    const seconds = Math.ceil((error.retryAfterMs ?? 60_000) / 1000)
    return t('field.session.too-many-attempts', { seconds })
  }
  return t('field.session.other')
}
