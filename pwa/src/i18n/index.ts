import { createI18n } from 'vue-i18n'
import { compileMessages, type Tree } from './compile'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]
export type MessageFiles = Record<string, unknown>
/** Loads the message files of one language, keyed by file path. */
export type MessageLoader = Record<Locale, () => MessageFiles | Promise<MessageFiles>>

const storageKey = 'gridfield-locale'

/** Hangs each file's messages at its name: `field-tasks.json` becomes `field.tasks.*`. */
export function mergeFiles(files: MessageFiles): Tree {
  const tree: Tree = {}
  for (const [path, messages] of Object.entries(files)) {
    const place = path.replace(/^.*\//, '').replace(/\.json$/, '').split('-')
    const last = place.pop() as string
    let node = tree
    for (const step of place) node = (node[step] ??= {}) as Tree
    node[last] = { ...(node[last] as Tree | undefined), ...(messages as Tree) }
  }
  return tree
}

/** Returns the language chosen before, else Chinese. */
function storedLocale(): Locale {
  const stored = localStorage.getItem(storageKey)
  return locales.find((locale) => locale === stored) ?? 'zh-CN'
}

/** Creates the translations of one entry; await `restoreLocale` before mounting. */
export function createAppI18n(loader: MessageLoader): {
  i18n: ReturnType<typeof buildI18n>
  setLocale: (locale: Locale) => Promise<void>
  restoreLocale: () => Promise<void>
} {
  const i18n = buildI18n()
  async function setLocale(locale: Locale): Promise<void> {
    i18n.global.setLocaleMessage(locale, compileMessages(mergeFiles(await loader[locale]())))
    i18n.global.locale.value = locale
    document.documentElement.lang = locale
    localStorage.setItem(storageKey, locale)
  }
  return { i18n, setLocale, restoreLocale: () => setLocale(storedLocale()) }
}

function buildI18n() {
  return createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages: {} })
}
