import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { allWords } from '../i18n/field'
import { routes as documents } from './documents/routes'
import { routes as hazards } from './hazards/routes'
import { routes as houses } from './houses/routes'
import { routes as inspections } from './inspections/routes'
import { routes as patrols } from './patrols/routes'
import { routes as scan } from './scan/routes'
import { routes as visits } from './visits/routes'
import TodayPage from './today/today-page.vue'

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: TodayPage },
  { path: '/tasks', name: 'tasks', component: () => import('./tasks/tasks-page.vue') },
  { path: '/tasks/:id', name: 'task', component: () => import('./tasks/task-page.vue'), props: true },
  { path: '/tasks/:id/finish', name: 'task-finish', component: () => import('./tasks/finish-page.vue'), props: true },
  { path: '/sync', name: 'sync', component: () => import('./sync/sync-page.vue') },
  { path: '/attention/:id', name: 'attention', component: () => import('./attention/attention-page.vue'), props: true },
  { path: '/me', name: 'me', component: () => import('./me/me-page.vue') },
  { path: '/messages', name: 'notices', component: () => import('./notices/notices-page.vue') },
  { path: '/me/feedback', name: 'feedback', component: () => import('./me/feedback-page.vue') },
  { path: '/map', name: 'map', component: () => import('./map/map-page.vue') },
  ...houses,
  ...inspections,
  ...hazards,
  ...patrols,
  ...visits,
  ...documents,
  ...scan,
  { path: '/:rest(.*)*', redirect: '/' },
]

export const router = createRouter({
  history: createWebHistory('/'),
  routes,
})

// The first screen has its words; the others come with theirs.
router.beforeResolve(async (to) => {
  if (to.name !== 'today') await allWords()
})
