import { createAppI18n } from './index'
import type { MessageFiles } from './words'

const chinese = import.meta.glob(['./zh-CN/shared.json', './zh-CN/centre-*.json'], {
  eager: true,
  import: 'default',
})

async function english(): Promise<MessageFiles> {
  return (await import('./centre-en')).default
}

export const { i18n, setLocale, restoreLocale } = createAppI18n({
  'zh-CN': () => chinese,
  en: english,
})
