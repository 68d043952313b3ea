/** The number on the home screen, where the phone can show one. */
type Badging = Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>>

/** Shows how much stands only on this phone or needs its owner; nothing for none. */
export function showBadge(count: number): void {
  const badging = globalThis.navigator as Badging
  const shown = count > 0 ? badging.setAppBadge?.(count) : badging.clearAppBadge?.()
  // Refused where the app is not installed: a badge is a courtesy.
  shown?.catch(() => undefined)
}
