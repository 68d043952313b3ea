import { createApp } from 'vue'
import { i18n, restoreLocale } from '../i18n/field'
import '../ui/tokens.css'
import '../ui/base.css'
import { restoreTextSize } from '../ui/text-size'
import App from './app.vue'
import { router } from './router'
import { resume } from './session/current'
import './shell/install'
import { startWorker } from './shell/updates'

async function start(): Promise<void> {
  restoreTextSize()
  await Promise.all([restoreLocale(), resume()])
  createApp(App).use(i18n).use(router).mount('#app')
  startWorker()
}

void start()
