import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/houses', name: 'houses', component: () => import('./houses-page.vue') },
  { path: '/houses/new', name: 'house-new', component: () => import('./register-page.vue') },
  { path: '/houses/walk', name: 'day-walk', component: () => import('./walk-page.vue') },
  { path: '/houses/:id/correct', name: 'house-correct', component: () => import('./correct-page.vue'), props: true },
  { path: '/houses/:id', name: 'house', component: () => import('./house-page.vue') },
]
