import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/houses/:id/inspect',
    name: 'inspect',
    component: () => import('./checklist-page.vue'),
  },
  {
    path: '/houses/:id/inspect/summary',
    name: 'inspect-summary',
    component: () => import('./summary-page.vue'),
  },
  { path: '/inspections/:id/sign', name: 'inspection-sign', component: () => import('../signing/sign-page.vue') },
  { path: '/inspections/:id', name: 'inspection', component: () => import('./inspection-page.vue') },
]
