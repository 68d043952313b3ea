import { type I18n, useI18n } from '../../i18n'
import { type FieldWords, Refusal } from '../../api/refusal'

/** Slugs for which our own words are better than what the server says, because they name the way out. */
const OWN_WORDS = [
  'unreachable',
  'unavailable',
  'internal',
  'forbidden',
  'not-found',
  'unauthenticated',
  'bad-credentials',
  'csrf',
  'conflict',
  'stale',
]

/** Says what is wrong with a field: in the centre's own words where the screen is Chinese, too. */
export function fieldWordsIn({ locale, t, te }: I18n): FieldWords {
  return (code, detail) => {
    if (locale.value === 'zh-CN') return detail || code
    const key = `centre.words.field.${code}`
    return t(te(key) ? key : 'centre.words.field.invalid')
  }
}

/** Turns any failure into one sentence for a person, in the language of the screen. */
export function useRefusalText() {
  const { t, locale, ...i18n } = useI18n()

  return (failure: unknown): string => {
    if (!(failure instanceof Refusal)) return t('centre.words.refusal.internal')
    if (failure.slug === 'too-many-attempts') {
      return t('centre.words.refusal.too-many-attempts', { n: failure.retryAfterS ?? 60 })
    }
    if (OWN_WORDS.includes(failure.slug)) return t(`centre.words.refusal.${failure.slug}`)
    // The server speaks Chinese; the English screen prefers its own sentence where there is one.
    const key = `centre.words.refusal.${failure.slug}`
    if (locale.value !== 'zh-CN' && i18n.te(key)) return t(key)
    return failure.detail ?? t('centre.words.refusal.internal')
  }
}
