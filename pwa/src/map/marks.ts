import type { CaseState, HouseState, Severity } from '../domain/records'

/** What stands on the map: every state has its own shape, so that it reads without colour. */
export type MarkName =
  | `house-${HouseState}`
  | `case-${Severity}`
  | 'worker-on'
  | 'worker-off'
  | 'spot'

export type OpenCaseState = Exclude<CaseState, 'closed'>

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
  'case-general': flag('#38433f', '<path d="M12 11.500h6" stroke="#fff"/>'),
  'case-serious': flag('#8a5200', '<path d="M12 9.500h6M12 13.500h6" stroke="#fff"/>'),
  'case-critical': flag('#8a1212', '<path d="M13 8v4M13 14.500v.3M17 8v4M17 14.500v.3" stroke="#fff"/>'),
  'worker-on': person('#0b4fd6', '#fff'),
  'worker-off': person('#fff', '#38433f'),
  spot: '<path d="M14 2v24M2 14h24" stroke="#0b4fd6" stroke-width="3"/><circle cx="14" cy="14" r="6" fill="#fff" stroke="#0b4fd6" stroke-width="3"/>',
}

function flag(fill: string, inside: string): string {
  return `<path d="M8 26V5h14v14H8" fill="${fill}" stroke="#fff" stroke-width="2"/>${inside}`
}

function person(fill: string, ink: string): string {
  return `<circle cx="14" cy="14" r="12" fill="${fill}" stroke="${ink}" stroke-width="2"/><circle cx="14" cy="11" r="3.5" fill="${ink}"/><path d="M7.500 21.500c1-4 3.5-5 6.500-5s5.500 1 6.500 5z" fill="${ink}"/>`
}

/** The mark as an image address, for legends and for the map alike. */
export function markUrl(name: MarkName): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(SIZE * 2)}" height="${String(SIZE * 2)}" viewBox="0 0 ${String(SIZE)} ${String(SIZE)}" fill="none" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round">${shapes[name]}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

export const markNames = Object.keys(shapes) as MarkName[]

/** Draws one mark at twice its size, for sharp screens. */
export async function markImage(name: MarkName): Promise<HTMLImageElement> {
  const image = new Image(SIZE * 2, SIZE * 2)
  image.src = markUrl(name)
  await image.decode()
  return image
}
