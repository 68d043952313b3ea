/** The stamp (水印) on a photo: which words it carries, and how they are drawn. */
import { formatAccuracy } from '../../domain/geo'
import { formatFull } from '../../domain/time'
import type { Size } from './image-size'

export interface StampFacts {
  /** Epoch milliseconds of the server's clock as far as this phone knows it. */
  at: number
  clockSynced: boolean
  imported: boolean
  place: string
  lng: number | null
  lat: number | null
  accuracy: number | null
  person: string
  photoId: string
}

export interface StampWords {
  unsynced: string
  imported: string
  noPosition: string
  photo: string
}

/** The lines of the stamp, top down: time, place, coordinates, person and photo number. */
export function stampLines(facts: StampFacts, words: StampWords): string[] {
  const marks = [facts.imported ? words.imported : '', facts.clockSynced ? '' : words.unsynced]
  const time = [formatFull(facts.at), ...marks].filter(Boolean).join(' ')
  const who = [facts.person, `${words.photo} ${shortId(facts.photoId)}`].filter(Boolean).join(' · ')
  return [time, facts.place, coordinates(facts, words), who].filter(Boolean)
}

/** The last eight characters: the random end of a UUIDv7, whose beginning is only time. */
function shortId(id: string): string {
  return id.replaceAll('-', '').slice(-8)
}

function coordinates(facts: StampFacts, words: StampWords): string {
  if (facts.lng === null || facts.lat === null) return words.noPosition
  const point = `${facts.lng.toFixed(5)}, ${facts.lat.toFixed(5)}`
  return `${point} ${formatAccuracy(facts.accuracy)}`.trim()
}

/** Break lines so that each fits the width; Chinese may break anywhere. */
export function wrapLines(
  lines: string[],
  width: number,
  measure: (text: string) => number,
): string[] {
  const wrapped: string[] = []
  for (const line of lines) {
    let rest = ''
    for (const character of line) {
      if (rest && measure(rest + character) > width) {
        wrapped.push(rest.trimEnd())
        rest = ''
      }
      rest += rest === '' && character === ' ' ? '' : character
    }
    wrapped.push(rest)
  }
  return wrapped
}

type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Draw the stamp as a translucent block in the lower left corner. */
export function drawStamp(pen: Pen, size: Size, lines: string[]): void {
  const font = Math.max(12, Math.round(Math.max(size.width, size.height) / 38))
  const pad = Math.round(font * 0.6)
  pen.font = `600 ${font}px system-ui, "Noto Sans CJK SC", sans-serif`
  const inner = size.width - 4 * pad
  const wrapped = wrapLines(lines, inner, (text) => pen.measureText(text).width)
  const lineHeight = Math.round(font * 1.4)
  const blockWidth = Math.max(...wrapped.map((line) => pen.measureText(line).width)) + 2 * pad
  const blockHeight = wrapped.length * lineHeight + 2 * pad
  const top = size.height - blockHeight - pad
  pen.fillStyle = 'rgba(0, 0, 0, 0.55)'
  pen.fillRect(pad, top, blockWidth, blockHeight)
  pen.fillStyle = '#fff'
  pen.textBaseline = 'middle'
  wrapped.forEach((line, row) => {
    pen.fillText(line, 2 * pad, top + pad + (row + 0.5) * lineHeight)
  })
}
