import { createApp } from 'vue'
import '../ui/tokens.css'
import '../ui/base.css'
import './kit.css'
import './desk.css'
import { i18n, restoreLocale } from '../i18n/centre'
import App from './app.vue'
import { router } from './router'

void restoreLocale().then(() => createApp(App).use(i18n).use(router).mount('#app'))
