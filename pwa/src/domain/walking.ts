/** In which order to walk through places, from where one stands and not back again: pure, in WGS-84 metres. */
import { distanceM, type LngLat } from './geo'

/** A turn that saves less than this (metres) is none: the search ends. */
const WORTH = 0.01

type Metres = (a: number, b: number) => number

/** Distances between the places, counted once: a search asks for each many times. */
function tableOf(places: readonly LngLat[]): Metres {
  const size = places.length
  const table = new Float64Array(size * size)
  places.forEach((a, i) => places.forEach((b, j) => { if (j < i) table[i * size + j] = table[j * size + i] = distanceM(a, b) }))
  return (a, b) => table[a * size + b] ?? 0
}

/** Always on to the nearest place that is left, beginning at number 0. */
function nearestFirst(size: number, metres: Metres): number[] {
  const path = size > 0 ? [0] : []
  const left = new Set(Array.from({ length: size - 1 }, (_, i) => i + 1))
  for (let at = 0; left.size > 0;) {
    const [first = 0, ...others] = left
    at = others.reduce((best, place) => (metres(at, place) < metres(at, best) ? place : best), first)
    left.delete(at)
    path.push(at)
  }
  return path
}

/** What is saved by walking the stretch from `i` to `j` the other way round. */
function saved(path: readonly number[], i: number, j: number, metres: Metres): number {
  const [before = 0, first = 0, last = 0, after] = [path[i - 1], path[i], path[j], path[j + 1]]
  const next = after === undefined ? 0 : metres(last, after) - metres(first, after)
  return metres(before, first) - metres(before, last) + next
}

/** Turns stretches round (2-opt) until no turn makes the walk shorter; where it begins stays. */
function untangled(path: number[], metres: Metres): number[] {
  for (let better = true; better;) {
    better = false
    for (let i = 1; i < path.length - 1; i++) {
      for (let j = i + 1; j < path.length; j++) {
        if (saved(path, i, j, metres) < WORTH) continue
        path.splice(i, j - i + 1, ...path.slice(i, j + 1).reverse())
        better = true
      }
    }
  }
  return path
}

function ordered<T extends LngLat>(start: LngLat | null, places: readonly T[], improve: (path: number[], metres: Metres) => number[]): T[] {
  const nodes: LngLat[] = start ? [start, ...places] : [...places]
  const metres = tableOf(nodes)
  const path = improve(nearestFirst(nodes.length, metres), metres)
  const skip = start ? 1 : 0
  return path.slice(skip).map((at) => places[at - skip]).filter((place) => place !== undefined)
}

/** The simple order, against which the better one is measured. */
export function nearestOrder<T extends LngLat>(start: LngLat | null, places: readonly T[]): T[] {
  return ordered(start, places, (path) => path)
}

/** Each place once, in an order in which the walk is short; without a start the first place is where it begins. */
export function walkingOrder<T extends LngLat>(start: LngLat | null, places: readonly T[]): T[] {
  return ordered(start, places, untangled)
}

/** Metres of the walk from `start` through the places in this order, as the crow flies. */
export function walkLength(start: LngLat | null, places: readonly LngLat[]): number {
  const all = start ? [start, ...places] : places
  return all.slice(1).reduce((sum, place, i) => sum + distanceM(all[i] ?? place, place), 0)
}
