/** A PDF of page pictures, made on the phone: a few objects and the JPEG of each page. */
const A4 = '595.28 841.89'

export interface PagePicture {
  jpeg: Uint8Array
  width: number
  height: number
}

class Writer {
  readonly #parts: Uint8Array[] = []
  readonly #at: number[] = []
  #length = 0

  write(part: string | Uint8Array): void {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part
    this.#parts.push(bytes)
    this.#length += bytes.length
  }

  object(text: string, stream?: Uint8Array): void {
    this.#at.push(this.#length)
    this.write(`${this.#at.length} 0 obj\n${text}\n`)
    if (stream) {
      this.write('stream\n')
      this.write(stream)
      this.write('\nendstream\n')
    }
    this.write('endobj\n')
  }

  end(): Uint8Array {
    const start = this.#length
    const places = this.#at.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
    const size = this.#at.length + 1
    this.write(`xref\n0 ${size}\n0000000000 65535 f \n${places}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`)
    const whole = new Uint8Array(this.#length)
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}

/** The bytes of an A4 PDF with one picture on each page. */
export function pdfOf(pages: readonly PagePicture[]): Uint8Array {
  const pdf = new Writer()
  pdf.write('%PDF-1.4\n')
  pdf.object('<< /Type /Catalog /Pages 2 0 R >>')
  const kids = pages.map((_, at) => `${3 + at * 3} 0 R`).join(' ')
  pdf.object(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`)
  for (const [at, { jpeg, width, height }] of pages.entries()) {
    const id = 3 + at * 3
    pdf.object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${A4}] /Contents ${id + 1} 0 R `
      + `/Resources << /XObject << /P ${id + 2} 0 R >> >> >>`,
    )
    const show = new TextEncoder().encode('595.28 0 0 841.89 0 0 cm /P Do')
    pdf.object(`<< /Length ${show.length} >>`, show)
    pdf.object(
      `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB `
      + `/BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>`, jpeg,
    )
  }
  return pdf.end()
}

async function jpegOf(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', 0.85) })
  if (!blob) throw new Error('no picture')
  return new Uint8Array(await blob.arrayBuffer())
}

/** The drawn pages as one file. */
export async function fileOf(pages: readonly HTMLCanvasElement[], name: string): Promise<File> {
  const pictures = await Promise.all(pages.map(async (canvas) =>
    ({ jpeg: await jpegOf(canvas), width: canvas.width, height: canvas.height })))
  return new File([pdfOf(pictures) as Uint8Array<ArrayBuffer>], `${name}.pdf`, { type: 'application/pdf' })
}
