import { createAppI18n } from './index'
import type { MessageFiles } from './words'

// Chinese is part of the first load; English comes as its own chunk, precached with the rest.
const chinese = import.meta.glob(['./zh-CN/shared.json', './zh-CN/field-*.json'], {
  eager: true,
  import: 'default',
})

async function english(): Promise<MessageFiles> {
  return (await import('./field-en')).default
}

export const { i18n, setLocale, restoreLocale } = createAppI18n({ 'zh-CN': () => chinese, en: english })
