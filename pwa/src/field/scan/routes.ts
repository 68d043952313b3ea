import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/scan', name: 'scan', component: () => import('./scan-page.vue') },
  // What the labels say: a phone's own camera app opens it too.
  { path: '/h/:label', name: 'label', component: () => import('./label-page.vue'), props: true },
]
