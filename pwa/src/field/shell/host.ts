/** Which shell the app runs in: inside WeChat or WeCom a page is no installed app. */
export function insideChatWebview(userAgent: string = navigator.userAgent): boolean {
  return /MicroMessenger|wxwork/i.test(userAgent)
}

/** Whether the app was opened from the home screen. */
export function isInstalled(): boolean {
  return window.matchMedia('(display-mode: standalone)').matches
}
