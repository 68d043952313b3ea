import { createApp } from 'vue'
import { sayFields } from '../api/desk'
import '../ui/tokens.css'
import '../ui/base.css'
import './kit.css'
import './desk.css'
import { i18n, restoreLocale } from '../i18n/centre'
import App from './app.vue'
import { fieldWordsIn } from './parts/refusal-text'
import { hearTaps } from './messages/push'
import { router } from './router'

sayFields(fieldWordsIn(i18n))
hearTaps((url) => void router.push(url))
void restoreLocale().then(() => createApp(App).use(i18n).use(router).mount('#app'))
