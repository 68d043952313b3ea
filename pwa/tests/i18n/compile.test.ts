import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { compileMessages } from '../../src/i18n/compile'

const words = { plain: 'Plain', of: '{n} of {total}', send: 'Nothing | 1 to send | {n} to send', days: '{n} day | {n} days' }
const { t } = createI18n({ legacy: false, locale: 'en', messages: { en: compileMessages(words) } }).global

describe('a message', () => {
  it('is itself, or filled with named values', () => {
    expect(t('plain')).toBe('Plain')
    expect(t('of', { n: 2, total: 5 })).toBe('2 of 5')
  })

  it.each([[0, 'Nothing'], [1, '1 to send'], [7, '7 to send']])('has a form for %i', (n, words) => {
    expect(t('send', { n }, n)).toBe(words)
  })

  it('has two forms where none is not said', () => {
    expect([t('days', { n: 1 }, 1), t('days', { n: 3 }, 3)]).toEqual(['1 day', '3 days'])
  })
})
