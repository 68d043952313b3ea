/** What is drawn on a photo (arrow, circle, words), as plain data, and how it is put on a canvas. */
import type { Size } from './image-size'

export type Tool = 'arrow' | 'circle' | 'text'
export const COLOURS = ['#e5001c', '#ffd400', '#0a5bff'] as const
export type Colour = (typeof COLOURS)[number]

/** A point as a share of the picture's width and height. */
export interface Point {
  x: number
  y: number
}

export interface Mark {
  tool: Tool
  colour: Colour
  from: Point
  to: Point
  text: string
}

/** Below this share of the picture a movement is a tap: the mark gets its usual size. */
const TAP = 0.03
const USUAL = { arrow: { x: -0.18, y: 0.18 }, circle: { x: 0.14, y: 0.14 }, text: { x: 0, y: 0 } } as const

/** The mark that a movement of the finger makes; a tap alone is enough (no dragging needed). */
export function markOf(tool: Tool, colour: Colour, from: Point, to: Point, text: string): Mark {
  const tapped = Math.hypot(to.x - from.x, to.y - from.y) < TAP
  if (!tapped || tool === 'text') return { tool, colour, from, to, text }
  const by = USUAL[tool]
  // A tapped arrow points at what was tapped; a tapped circle goes round it.
  if (tool === 'arrow') return { tool, colour, from: { x: from.x + by.x, y: from.y + by.y }, to: from, text }
  return { tool, colour, from: { x: from.x - by.x, y: from.y - by.y }, to: { x: from.x + by.x, y: from.y + by.y }, text }
}

type Pen = CanvasRenderingContext2D

/** Draw marks over a picture of this size, each line with a dark rim so that it shows on any ground. */
export function drawMarks(pen: Pen, size: Size, marks: readonly Mark[]): void {
  const width = Math.max(3, Math.round(Math.max(size.width, size.height) / 130))
  pen.lineCap = 'round'
  pen.lineJoin = 'round'
  for (const mark of marks) {
    const at = (point: Point) => ({ x: point.x * size.width, y: point.y * size.height })
    const [from, to] = [at(mark.from), at(mark.to)]
    if (mark.tool === 'text') drawText(pen, size, mark, from)
    else {
      stroke(pen, 'rgb(0 0 0 / 65%)', width * 2, () => { trace(pen, mark.tool, from, to, width * 5) })
      stroke(pen, mark.colour, width, () => { trace(pen, mark.tool, from, to, width * 5) })
    }
  }
}

function stroke(pen: Pen, style: string, width: number, path: () => void): void {
  pen.strokeStyle = style
  pen.lineWidth = width
  pen.beginPath()
  path()
  pen.stroke()
}

function trace(pen: Pen, tool: Tool, from: Point, to: Point, head: number): void {
  if (tool === 'circle') {
    const [rx, ry] = [Math.abs(to.x - from.x) / 2, Math.abs(to.y - from.y) / 2]
    pen.ellipse((from.x + to.x) / 2, (from.y + to.y) / 2, rx, ry, 0, 0, 2 * Math.PI)
    return
  }
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  pen.moveTo(from.x, from.y)
  pen.lineTo(to.x, to.y)
  for (const side of [-1, 1]) {
    pen.moveTo(to.x, to.y)
    pen.lineTo(to.x - head * Math.cos(angle + side * 0.5), to.y - head * Math.sin(angle + side * 0.5))
  }
}

function drawText(pen: Pen, size: Size, mark: Mark, at: Point): void {
  const font = Math.max(14, Math.round(Math.max(size.width, size.height) / 22))
  pen.font = `700 ${font}px system-ui, "Noto Sans CJK SC", sans-serif`
  pen.textBaseline = 'middle'
  const left = Math.min(at.x, Math.max(0, size.width - pen.measureText(mark.text).width - font / 2))
  pen.lineWidth = font / 5
  pen.strokeStyle = 'rgb(0 0 0 / 75%)'
  pen.strokeText(mark.text, left, at.y)
  pen.fillStyle = mark.colour
  pen.fillText(mark.text, left, at.y)
}
