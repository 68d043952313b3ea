import { inject, readonly, ref, shallowRef, type App, type InjectionKey, type Ref } from 'vue'
import { say, wordsIn, type MessageFiles, type Values } from './words'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]
/** Loads the message files of one language, keyed by file path. */
export type MessageLoader = Record<Locale, () => MessageFiles | Promise<MessageFiles>>

export interface I18n {
  /** The language on the screen. */
  readonly locale: Readonly<Ref<Locale>>
  /** The words of a key, filled in, in the form for so many (`n` unless told); the key itself where it has none. */
  t: (key: string, values?: Values, count?: number) => string
  /** Whether the key has words. */
  te: (key: string) => boolean
}

const storageKey = 'gridfield-locale'
const ours: InjectionKey<I18n> = Symbol('i18n')

/** The words of the app that the component belongs to. */
export function useI18n(): I18n {
  const i18n = inject(ours)
  if (!i18n) throw new Error('the app has no words')
  return i18n
}

/** Returns the language chosen before, else Chinese. */
function storedLocale(): Locale {
  const stored = localStorage.getItem(storageKey)
  return locales.find((locale) => locale === stored) ?? 'zh-CN'
}

/** Creates the translations of one entry; await `restoreLocale` before mounting. */
export function createAppI18n(loader: MessageLoader): {
  i18n: I18n & { install: (app: App) => void }
  setLocale: (locale: Locale) => Promise<void>
  restoreLocale: () => Promise<void>
} {
  const words = shallowRef<ReadonlyMap<string, string>>(new Map())
  const locale = ref<Locale>('zh-CN')
  const i18n: I18n = {
    locale: readonly(locale),
    t: (key, values, count) => say(words.value.get(key) ?? key, values, count),
    te: (key) => words.value.has(key),
  }
  async function setLocale(chosen: Locale): Promise<void> {
    words.value = wordsIn(await loader[chosen]())
    locale.value = chosen
    document.documentElement.lang = chosen
    localStorage.setItem(storageKey, chosen)
  }
  const install = (app: App): void => { app.provide(ours, i18n) }
  return { i18n: { ...i18n, install }, setLocale, restoreLocale: () => setLocale(storedLocale()) }
}
