/** Draws a paper on A4 pages with the phone's own Chinese font: what is shown is what is in the PDF. */
import type { Sheet, Signed } from './paper'

const PAGE = { width: 1240, height: 1754 } // A4 at 150 dots per inch
const MARGIN = 150
const TOP = 120
const BOTTOM = PAGE.height - 120
const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'
const SMALL = 22
const TEXT = 25
const GAP = 0.55
const LINE = TEXT * (1 + GAP)
const SIGNATURE = { width: 220, height: 88 }

/** Text in lines no wider than the page, the first one indented; no closing mark begins a line, no number is broken. */
export function wrapped(text: string, width: number, measure: (part: string) => number, indent = 0): string[] {
  const lines: string[] = []
  let line = ''
  for (const [sign] of text.matchAll(/[\dA-Za-z:.-]+|./gsu)) {
    const room = width - (lines.length === 0 ? indent : 0)
    if (line && measure(line + sign) > room && !'，。；：、！？）》」”'.includes(sign)) {
      lines.push(line)
      line = ''
    }
    line += sign
  }
  return line ? [...lines, line] : lines
}

class Pages {
  readonly all: HTMLCanvasElement[] = []
  #pen!: CanvasRenderingContext2D
  #y = 0

  constructor() { this.#turn() }

  #turn(): void {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, PAGE)
    const pen = canvas.getContext('2d')
    if (!pen) throw new Error('no canvas')
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, PAGE.width, PAGE.height)
    pen.fillStyle = '#000'
    pen.textBaseline = 'top'
    this.#pen = pen
    this.#y = TOP
    this.all.push(canvas)
  }

  #room(height: number): void {
    if (this.#y + height > BOTTOM) this.#turn()
  }

  text(text: string, { size = TEXT, bold = false, align = 'left', indent = 0, gap = GAP } = {}): void {
    const width = PAGE.width - 2 * MARGIN
    const font = `${bold ? 'bold ' : ''}${size}px ${FONT}`
    this.#pen.font = font
    const lines = wrapped(text, width, (part) => this.#pen.measureText(part).width, indent)
    for (const [at, line] of lines.entries()) {
      this.#room(size)
      this.#pen.font = font
      const left = { left: at === 0 ? indent : 0, center: (width - this.#pen.measureText(line).width) / 2 }
      const x = align === 'right' ? width - this.#pen.measureText(line).width : left[align as 'left' | 'center']
      this.#pen.fillText(line, MARGIN + x, this.#y)
      this.#y += size * (1 + gap)
    }
  }

  rule(colour: string): void {
    this.#pen.fillStyle = colour
    this.#pen.fillRect(MARGIN, this.#y, PAGE.width - 2 * MARGIN, 3)
    this.#pen.fillStyle = '#000'
    this.#y += 24
  }

  space(height: number): void { this.#y += height }

  /** What follows stays on one page. */
  together(lines: readonly Signed[], more: number): void {
    this.#room(lines.reduce((sum, { signature }) => sum + (signature ? LINE + SIGNATURE.height : LINE), more * LINE))
  }

  /** The signature stands behind its label, or below one that leaves no room. */
  signed({ label, signature }: Signed): void {
    if (!signature) { this.text(label); return }
    this.#pen.font = `${TEXT}px ${FONT}`
    const behind = Math.max(480, this.#pen.measureText(label).width + 30)
    const below = behind + SIGNATURE.width > PAGE.width - 2 * MARGIN
    this.#y += below ? 0 : 26
    if (!below) this.#strokes(signature, MARGIN + behind, this.#y - 32)
    this.text(label)
    if (below) this.#strokes(signature, MARGIN + 480, this.#y)
    this.#y += below ? SIGNATURE.height : 20
  }

  #strokes(strokes: readonly number[][], left: number, top: number): void {
    const pen = this.#pen
    const scale = SIGNATURE.width / 1000
    pen.lineWidth = 3
    pen.lineCap = pen.lineJoin = 'round'
    for (const stroke of strokes) {
      pen.beginPath()
      for (let at = 0; at + 1 < stroke.length; at += 2) {
        pen.lineTo(left + (stroke[at] ?? 0) * scale, top + (stroke[at + 1] ?? 0) * scale)
      }
      pen.stroke()
    }
  }

  /** Numbers every page; a stamp lies across it. */
  finish(foot: string, stamp: string): void {
    for (const [at, canvas] of this.all.entries()) {
      const pen = canvas.getContext('2d')
      if (!pen) continue
      pen.font = `${SMALL - 4}px ${FONT}`
      pen.fillStyle = '#555'
      pen.fillText(`${foot}  第 ${at + 1} 页 共 ${this.all.length} 页`, MARGIN, PAGE.height - 90)
      if (!stamp) continue
      pen.translate(PAGE.width / 2, PAGE.height / 2)
      pen.rotate(-0.4)
      pen.font = `bold 180px ${FONT}`
      pen.fillStyle = 'rgb(200 30 30 / 30%)'
      pen.fillText(stamp, -pen.measureText(stamp).width / 2, -90)
    }
  }
}

/** The pages of a paper. */
export function draw(sheet: Sheet): HTMLCanvasElement[] {
  const pages = new Pages()
  pages.text(sheet.authority, { size: 38, bold: true, align: 'center' })
  pages.text(sheet.title, { size: 48, bold: true, align: 'center' })
  pages.rule('#b40000')
  pages.text(sheet.number, { align: 'right' })
  for (const { kind, text } of sheet.lines) {
    if (kind === 'text' || kind === 'item') pages.text(text, { indent: 2 * TEXT })
    else pages.text(text, kind === 'note' ? { size: SMALL } : {})
  }
  pages.space(24)
  pages.together(sheet.signed, 2)
  sheet.signed.forEach((line) => { pages.signed(line) })
  pages.text(`${sheet.authority}（印章）`, { align: 'right' })
  pages.text(sheet.day, { align: 'right' })
  pages.together(sheet.service, 2)
  pages.rule('#999')
  pages.text('送达情况', { bold: true })
  sheet.service.forEach((line) => { pages.signed(line) })
  pages.finish(sheet.number, sheet.stamp)
  return pages.all
}

/** What the pages say, for those who hear them. */
export function spoken(sheet: Sheet): string {
  const said = [sheet.stamp, sheet.authority, sheet.title, sheet.number, ...sheet.lines.map(({ text }) => text),
    ...sheet.signed.map(({ label }) => label), sheet.day, ...sheet.service.map(({ label }) => label)]
  return said.filter(Boolean).join('\n')
}
