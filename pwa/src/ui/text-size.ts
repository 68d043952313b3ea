import { ref } from 'vue'

/** Body text in CSS px at the browser's own default; 24 and 30 are 长辈模式. */
export const textSizes = ['18', '21', '24', '30'] as const
export type TextSize = (typeof textSizes)[number]

const storageKey = 'gridfield-text-size'
export const textSize = ref<TextSize>('18')

/** Applies a size to the whole app and remembers it on this phone. */
export function setTextSize(size: TextSize): void {
  textSize.value = size
  document.documentElement.dataset.text = size
  localStorage.setItem(storageKey, size)
}

/** Applies the remembered size; call it before the app is mounted. */
export function restoreTextSize(): void {
  const stored = localStorage.getItem(storageKey)
  setTextSize(textSizes.find((size) => size === stored) ?? '18')
}
