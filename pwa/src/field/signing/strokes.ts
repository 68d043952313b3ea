/** A signature as strokes, and as a picture of them. */
import type { Strokes } from '../../domain/document'

export const FIELD = { width: 1000, height: 400 }
const PEN = 10

/** Draws the strokes on white, in the field's own measure. */
export function paint(pen: CanvasRenderingContext2D, strokes: Readonly<Strokes>): void {
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, FIELD.width, FIELD.height)
  pen.strokeStyle = '#111'
  pen.lineWidth = PEN
  pen.lineCap = pen.lineJoin = 'round'
  for (const stroke of strokes) {
    pen.beginPath()
    for (let at = 0; at + 1 < stroke.length; at += 2) pen.lineTo(stroke[at] ?? 0, stroke[at + 1] ?? 0)
    pen.stroke()
  }
}

/** The strokes as a picture; null where nobody signed. */
export async function pictureOf(strokes: Readonly<Strokes> | null): Promise<Blob | null> {
  if (!strokes || strokes.length === 0) return null
  const canvas = Object.assign(document.createElement('canvas'), FIELD)
  const pen = canvas.getContext('2d')
  if (!pen) return null
  paint(pen, strokes)
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/png') })
}
