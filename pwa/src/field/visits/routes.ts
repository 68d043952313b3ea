import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/visits/:id', name: 'campaign', component: () => import('./campaign-page.vue'), props: true },
]
