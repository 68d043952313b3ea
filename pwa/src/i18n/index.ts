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

interface AppI18n {
  i18n: I18n & { install: (app: App) => void }
  setLocale: (locale: Locale) => Promise<void>
  /** The language chosen before; await it before mounting. */
  restoreLocale: () => Promise<void>
  /** Resolves when every screen has its words; where loading them failed, it is tried again. */
  allWords: () => Promise<void>
}

/** Creates the words of one entry; `first` are those that the first screen says in Chinese. */
export function createAppI18n(loader: MessageLoader, first: MessageFiles | null = null): AppI18n {
  const words = shallowRef<ReadonlyMap<string, string>>(new Map())
  const locale = ref<Locale>('zh-CN')
  let whole = false
  const i18n: I18n = {
    locale: readonly(locale),
    t: (key, values, count) => say(words.value.get(key) ?? key, values, count),
    te: (key) => words.value.has(key),
  }
  function show(files: MessageFiles, chosen: Locale): void {
    words.value = wordsIn(files)
    whole = files !== first
    locale.value = chosen
    document.documentElement.lang = chosen
  }
  async function setLocale(chosen: Locale): Promise<void> {
    show(await loader[chosen](), chosen)
    localStorage.setItem(storageKey, chosen)
  }
  async function restoreLocale(): Promise<void> {
    const stored = storedLocale()
    if (stored === 'zh-CN' && first) show(first, stored)
    else await setLocale(stored)
  }
  async function allWords(): Promise<void> {
    if (!whole) await setLocale(locale.value)
  }
  const install = (app: App): void => { app.provide(ours, i18n) }
  return { i18n: { ...i18n, install }, setLocale, restoreLocale, allWords }
}
