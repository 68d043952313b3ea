/** Mounts a screen of the field app for a signed-in worker: real stores, real words, no server. */
import { mount, type VueWrapper } from '@vue/test-utils'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import type { GridfieldDb } from '../../src/db/open'
import { current } from '../../src/field/session/current'
import { LateEngine } from '../../src/field/session/late-engine'
import { allWords, i18n, restoreLocale } from '../../src/i18n/field'
import { SESSION } from '../fixtures/phone'

const names = ['today', 'tasks', 'task', 'task-finish', 'sync', 'attention', 'me', 'feedback', 'map', 'houses', 'house', 'hazard', 'patrol', 'inspect', 'inspect-summary', 'inspection', 'hazard-new', 'hazards', 'urgent', 'follow', 'whistle', 'strike-off', 'scan', 'inspection-sign']

/** Signs the worker in; the engine exists but never runs. */
export async function signIn(db: GridfieldDb): Promise<void> {
  await restoreLocale()
  await allWords()
  current.value = { db, engine: new LateEngine(db), user: SESSION }
}

function emptyRouter(): Router {
  const routes = names.map((name) => ({ path: name === 'today' ? '/' : `/${name}/:id?`, name, component: { template: '<div/>' } }))
  return createRouter({ history: createMemoryHistory(), routes })
}

/** Mounts the screen inside the shell's places for actions. */
export function show(
  screen: Component, props: Record<string, unknown> = {}, router = emptyRouter(),
): { page: VueWrapper; router: Router } {
  document.body.innerHTML = '<div id="root"></div><div id="app-actions"></div>'
  const page = mount(screen, { props, attachTo: '#root', global: { plugins: [i18n, router] } }) as VueWrapper
  return { page, router }
}

/** The same, for a screen that reads its address: `/<route name>/<id>?<query>`. */
export async function showAt(
  path: string, screen: Component, props: Record<string, unknown> = {},
): Promise<{ page: VueWrapper; router: Router }> {
  const router = emptyRouter()
  await router.push(path)
  return show(screen, props, router)
}

/** The button or link on the whole screen with these words. */
export function control(words: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>('button, a')].find((element) => element.textContent.includes(words))
  if (!found) throw new Error(`no control says ${words}`)
  return found
}
