import { createAppI18n } from './index'
import type { MessageFiles } from './words'

// What the first screen says is part of the first load; the rest is a chunk, precached, and English is another.
const first = import.meta.glob(
  ['./zh-CN/shared.json', './zh-CN/field-{drafts,houses,position,records,session,shell,storage,sync,tasks,today}.json'],
  { eager: true, import: 'default' },
)

async function chinese(): Promise<MessageFiles> {
  return { ...first, ...(await import('./field-zh')).default }
}

async function english(): Promise<MessageFiles> {
  return (await import('./field-en')).default
}

export const { i18n, setLocale, restoreLocale, allWords } = createAppI18n({ 'zh-CN': chinese, en: english }, first)
