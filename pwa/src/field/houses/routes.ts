import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/houses', name: 'houses', component: () => import('./houses-page.vue') },
  { path: '/houses/:id', name: 'house', component: () => import('./house-page.vue') },
]
