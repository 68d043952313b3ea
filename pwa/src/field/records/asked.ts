import type { RouteLocationNormalizedLoaded } from 'vue-router'

/** A query parameter of the page's address as one text, or null. */
export function asked(route: RouteLocationNormalizedLoaded, name: string): string | null {
  const value = route.query[name]
  return typeof value === 'string' && value !== '' ? value : null
}
