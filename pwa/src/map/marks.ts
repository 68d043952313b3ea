import type { HouseState, Severity } from '../domain/records'

/** A stop of a walk, by its number. */
export type StopName = `stop-${number}`

/** What stands on the map: every state has its own shape, so that it reads without colour. */
export type MarkName =
  | `house-${HouseState}`
  | `case-${Severity}`
  | 'worker-on'
  | 'worker-off'
  | 'spot'

const SIZE = 28

const circle = '<circle cx="14" cy="14" r="9"'
const shapes: Record<MarkName, string> = {
  'house-unchecked': `${circle} fill="#fff" stroke="#38433f" stroke-width="3"/>`,
  'house-passed': `${circle} fill="#0b5230" stroke="#fff" stroke-width="2"/><path d="M9.5 14l3 3.200 6-6.500" stroke="#fff"/>`,
  'house-rectify':
    '<path d="M14 4 25 23H3z" fill="#b86e00" stroke="#fff" stroke-width="2"/><path d="M14 11v6M14 19.500v.5" stroke="#fff"/>',
  'house-failed':
    '<path d="M5 5h18v18H5z" fill="#a01818" stroke="#fff" stroke-width="2"/><path d="M10 10l8 8M18 10l-8 8" stroke="#fff"/>',
  'house-cleared':
    '<path d="M14 3 25 14 14 25 3 14z" fill="#0b4478" stroke="#fff" stroke-width="2"/><path d="M9.5 14l3 3.200 6-6.500" stroke="#fff"/>',
  'case-general': pin('#38433f', [14]),
  'case-serious': pin('#8a5200', [11.5, 16.5]),
  'case-critical': pin('#b00020', [9.5, 14, 18.5]),
  'worker-on': person('#0b4fd6', '#fff'),
  'worker-off': person('#fff', '#38433f'),
  spot: '<path d="M14 2v24M2 14h24" stroke="#0b4fd6" stroke-width="3"/><circle cx="14" cy="14" r="6" fill="#fff" stroke="#0b4fd6" stroke-width="3"/>',
}

/** A pin with one, two or three exclamation marks: the severity can be counted. */
function pin(fill: string, marks: readonly number[]): string {
  const bangs = marks.map((x) => `<path d="M${String(x)} 7v5M${String(x)} 15.200v.3" stroke="#fff"/>`)
  return `<path d="M14 27C8 20.500 3 16.500 3 11a11 9.500 0 0 1 22 0c0 5.500-5 9.500-11 16z" fill="${fill}" stroke="#fff" stroke-width="1.6"/>${bangs.join('')}`
}

function person(fill: string, ink: string): string {
  return `<circle cx="14" cy="14" r="12" fill="${fill}" stroke="${ink}" stroke-width="2"/><circle cx="14" cy="11" r="3.5" fill="${ink}"/><path d="M7.500 21.500c1-4 3.5-5 6.500-5s5.500 1 6.500 5z" fill="${ink}"/>`
}

function stop(name: StopName): string {
  const text = `font-family="sans-serif" font-size="13" font-weight="700" text-anchor="middle" fill="#fff"`
  return `${circle.replace('r="9"', 'r="12"')} fill="#0a5546" stroke="#fff" stroke-width="2"/><text x="14" y="18.500" ${text}>${name.slice(5)}</text>`
}

const isStop = (name: string): name is StopName => /^stop-\d+$/.test(name)

/** The mark as an image address, for legends and for the map alike. */
export function markUrl(name: MarkName | StopName): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(SIZE * 2)}" height="${String(SIZE * 2)}" viewBox="0 0 ${String(SIZE)} ${String(SIZE)}" fill="none" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">${isStop(name) ? stop(name) : shapes[name]}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

export const markNames = Object.keys(shapes) as MarkName[]

/** Draws one mark at twice its size, for sharp screens. */
export async function markImage(name: MarkName | StopName): Promise<HTMLImageElement> {
  const image = new Image(SIZE * 2, SIZE * 2)
  image.src = markUrl(name)
  await image.decode()
  return image
}
