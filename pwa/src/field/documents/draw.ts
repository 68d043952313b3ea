/** Draws a paper on A4 pages with the phone's own Chinese font: what is shown is what is in the PDF. */
import type { Sheet, Signed } from './paper'

const PAGE = { width: 1240, height: 1754 } // A4 at 150 dots per inch
const MARGIN = 150
const BOTTOM = PAGE.height - 140
const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'
const SMALL = 22
const TEXT = 27

/** Text in lines no wider than the page, the first one indented; a closing mark never begins a line. */
export function wrapped(text: string, width: number, measure: (part: string) => number, indent = 0): string[] {
  const lines: string[] = []
  let line = ''
  for (const sign of text) {
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
    this.#y = MARGIN
    this.all.push(canvas)
  }

  #room(height: number): void {
    if (this.#y + height > BOTTOM) this.#turn()
  }

  text(text: string, { size = TEXT, bold = false, align = 'left', indent = 0, gap = 0.62 } = {}): void {
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

  signed({ label, signature }: Signed): void {
    this.#room(90)
    if (signature) this.#strokes(signature, MARGIN + 620, this.#y - 30, 220)
    this.text(label)
    this.#y += signature ? 30 : 10
  }

  #strokes(strokes: readonly number[][], left: number, top: number, width: number): void {
    const pen = this.#pen
    pen.lineWidth = 3
    pen.lineCap = pen.lineJoin = 'round'
    for (const stroke of strokes) {
      pen.beginPath()
      for (let at = 0; at + 1 < stroke.length; at += 2) {
        pen.lineTo(left + ((stroke[at] ?? 0) * width) / 1000, top + ((stroke[at + 1] ?? 0) * width) / 1000)
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
  pages.space(30)
  sheet.signed.forEach((line) => { pages.signed(line) })
  pages.text(`${sheet.authority}（印章）`, { align: 'right' })
  pages.text(sheet.day, { align: 'right' })
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
