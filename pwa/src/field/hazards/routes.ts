import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/hazards', name: 'hazards', component: () => import('./hazards-page.vue') },
  { path: '/hazards/new', name: 'hazard-new', component: () => import('./report-page.vue') },
  { path: '/hazards/urgent', name: 'urgent', component: () => import('./urgent-page.vue') },
  { path: '/hazards/:id/follow', name: 'follow', component: () => import('./urgent-page.vue') },
  { path: '/hazards/:id/whistle', name: 'whistle', component: () => import('./whistle-page.vue'), props: true },
  { path: '/hazards/:id/strike-off', name: 'strike-off', component: () => import('./strike-off-page.vue'), props: true },
  { path: '/hazards/:id', name: 'hazard', component: () => import('./hazard-page.vue') },
]
