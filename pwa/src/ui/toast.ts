import { reactive } from 'vue'

export interface ToastAction {
  label: string
  run: () => void
}

export interface ToastMessage {
  id: number
  text: string
  tone: 'good' | 'bad' | 'info'
  action?: ToastAction
}

export const toasts = reactive<ToastMessage[]>([])
let next = 1

/** Removes one toast at once. */
export function dismissToast(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id)
  if (index >= 0) toasts.splice(index, 1)
}

/** Shows a short message that is read out politely; with an action it stays 10 s, else 5 s. */
export function toast(
  text: string,
  options: { tone?: ToastMessage['tone']; action?: ToastAction } = {},
): void {
  const id = next++
  toasts.push({ id, text, tone: options.tone ?? 'good', action: options.action })
  if (toasts.length > 3) toasts.shift()
  window.setTimeout(() => { dismissToast(id) }, options.action ? 10_000 : 5_000)
}
