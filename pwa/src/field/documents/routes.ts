import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/documents', name: 'documents', component: () => import('./documents-page.vue') },
  { path: '/documents/:id', name: 'document', component: () => import('./document-page.vue') },
  { path: '/houses/:id/document', name: 'document-new', component: () => import('./new-page.vue') },
]
