import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/patrol', name: 'patrol', component: () => import('./patrol-page.vue') },
  { path: '/patrols/:id', name: 'patrol-summary', component: () => import('./summary-page.vue') },
]
