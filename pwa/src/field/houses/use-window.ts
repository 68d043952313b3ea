/** A list of thousands in which only the rows near the screen stand in the page; the others are room of their height. */
import { onBeforeUnmount, onMounted, shallowRef, watch, type ShallowRef } from 'vue'

/** Rows that come and go together. */
export const STEP = 5

interface Span {
  first: number
  /** The step after the last one. */
  end: number
  /** Pixels that the steps before and after take. */
  before: number
  after: number
}

/** The steps that touch the stretch from `top` to `bottom`; one at least, and none only of none. */
export function spanOf(heights: readonly number[], top: number, bottom: number): Span {
  const [ends, all] = heights.reduce<[number[], number]>(([sums, sum], height) => [(sums.push(sum + height), sums), sum + height], [[], 0])
  const last = heights.length - 1
  const at = (y: number): number => {
    const found = ends.findIndex((end) => end > y)
    return found === -1 ? last : found
  }
  const [first, end] = [Math.max(0, at(top)), at(bottom) + 1]
  return { first, end, before: ends[first - 1] ?? 0, after: all - (ends[end - 1] ?? 0) }
}

/** The heights of the steps that stand in the page, from the tops of their rows. */
function heightsOf(rows: readonly HTMLElement[]): number[] {
  const last = rows[rows.length - 1]
  const bottom = last ? last.offsetTop + last.offsetHeight : 0
  const tops = rows.filter((_, i) => i % STEP === 0).map(({ offsetTop }) => offsetTop)
  return tops.map((top, i) => (tops[i + 1] ?? bottom) - top)
}

/** Which steps of `count` stand in the list now: those on the screen, and a screen before and after it. */
export function useWindow(list: () => HTMLElement | undefined, count: () => number): Readonly<ShallowRef<Span>> {
  const span = shallowRef<Span>({ first: 0, end: 2, before: 0, after: 0 })
  const seen = new Map<number, number>()
  let scroller: Element | null = null
  /** How high a step is taken to be until it is seen: as the first ones. Were it to change, all below would jump. */
  let unseen: number | undefined

  function measure(element: HTMLElement): void {
    const rows = [...element.querySelectorAll<HTMLElement>(':scope > .house-row')]
    const heights = heightsOf(rows)
    heights.forEach((height, i) => seen.set(span.value.first + i, height))
    if (heights.length > 0) unseen ??= heights.reduce((sum, height) => sum + height, 0) / heights.length
  }

  function look(): void {
    const element = list()
    if (!element) return
    if (!scroller) {
      span.value = { first: 0, end: count(), before: 0, after: 0 }
      return
    }
    measure(element)
    const { top: edge, height } = scroller.getBoundingClientRect()
    const top = edge - element.getBoundingClientRect().top
    const heights = Array.from({ length: count() }, (_, i) => seen.get(i) ?? unseen ?? 0)
    const next = spanOf(heights, top - height, top + 2 * height)
    const now = span.value
    if (Object.keys(next).some((key) => next[key as keyof Span] !== now[key as keyof Span])) span.value = next
  }

  // Its own growth, a turned phone and larger letters all change its size.
  const observer = new ResizeObserver(look)
  onMounted(() => {
    const element = list()
    scroller = element?.closest('.shell-scroll') ?? null
    scroller?.addEventListener('scroll', look, { passive: true })
    if (element) observer.observe(element)
    look()
  })
  onBeforeUnmount(() => {
    scroller?.removeEventListener('scroll', look)
    observer.disconnect()
  })
  watch(count, look, { flush: 'post' })
  return span
}
