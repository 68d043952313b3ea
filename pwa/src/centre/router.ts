import { createRouter, createWebHistory } from 'vue-router'

/** The desk's addresses: what is looked at and how it is filtered is all in the URL. */
export const router = createRouter({
  history: createWebHistory('/centre/'),
  routes: [
    { path: '/', name: 'door', component: () => import('./front-door.vue') },
    {
      path: '/inbox/:kind(inspection|hazard|patrol)?/:id?',
      name: 'inbox',
      component: () => import('./inbox/inbox.vue'),
    },
    { path: '/mine/:id?', name: 'mine', component: () => import('./mine/mine.vue') },
    { path: '/bench/:id?', name: 'bench', component: () => import('./bench/bench.vue') },
    { path: '/map', name: 'map', component: () => import('./map/map.vue') },
    { path: '/tasks/:id?', name: 'tasks', component: () => import('./tasks/tasks.vue') },
    { path: '/campaigns/:id?', name: 'campaigns', component: () => import('./campaigns/campaigns.vue') },
    { path: '/cases/:id?', name: 'cases', component: () => import('./cases/cases.vue') },
    { path: '/late', name: 'late', component: () => import('./oversight/late.vue') },
    { path: '/figures', name: 'figures', component: () => import('./oversight/figures.vue') },
    { path: '/houses/import/:id?', name: 'house-import', component: () => import('./houses/house-import.vue') },
    { path: '/samples', name: 'samples', component: () => import('./oversight/samples.vue') },
    { path: '/brief', name: 'brief', component: () => import('./brief/brief.vue') },
    { path: '/houses/:id?', name: 'houses', component: () => import('./houses/houses.vue') },
    { path: '/documents/numbers', name: 'document-numbers', component: () => import('./documents/document-numbers.vue') },
    { path: '/documents/setup', name: 'document-setup', component: () => import('./documents/document-setup.vue') },
    { path: '/documents/:id?', name: 'documents', component: () => import('./documents/documents.vue') },
    { path: '/workers', name: 'workers', component: () => import('./workers/workers.vue') },
    { path: '/phones', name: 'phones', component: () => import('./phones/phones.vue') },
    { path: '/refusals/:id?', name: 'refusals', component: () => import('./refusals/refusals.vue') },
    { path: '/rescue', name: 'rescue', component: () => import('./rescue/rescue.vue') },
    { path: '/messages/:tab(calls|log|channels)?', name: 'messages', component: () => import('./messages/messages.vue') },
    { path: '/contacts', name: 'contacts', component: () => import('./messages/contacts.vue') },
    { path: '/forms', name: 'forms', component: () => import('./forms/forms.vue') },
    { path: '/phrases', name: 'phrases', component: () => import('./phrases/phrases.vue') },
    { path: '/calendar', name: 'calendar', component: () => import('./calendar/calendar.vue') },
    { path: '/partners', name: 'partners', component: () => import('./partners/partners.vue') },
    { path: '/items/:id?', name: 'items', component: () => import('./items/items.vue') },
    { path: '/checklists/:id?', name: 'checklists', component: () => import('./checklists/checklists.vue') },
    { path: '/sources/:tab(register|hotline|places|alerts)?', name: 'sources', component: () => import('./sources/sources.vue') },
    { path: '/feedback', name: 'feedback', component: () => import('./feedback/feedback.vue') },
    { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./nowhere.vue') },
  ],
})

// The server has another build than this page, and its rooms no more: go there with the new one.
router.onError((_error, to, from) => {
  if (from.matched.length > 0 && navigator.onLine) window.location.assign(router.resolve(to).href)
})
