/** A tar (POSIX ustar), written block by block: any `tar` opens it. */

/** A part of the archive: a name of at most 100 ASCII characters, and its bytes. */
export interface TarPart {
  name: string
  bytes: Uint8Array<ArrayBuffer>
}

const BLOCK = 512
const CHECKSUM = { at: 148, length: 8 }

function put(header: Uint8Array, at: number, text: string): void {
  header.set(new TextEncoder().encode(text), at)
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function headerOf({ name, bytes }: TarPart): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(BLOCK)
  put(header, 0, name)
  put(header, 100, octal(0o644, 7))
  put(header, 108, octal(0, 7))
  put(header, 116, octal(0, 7))
  put(header, 124, octal(bytes.length, 11))
  put(header, 136, octal(0, 11))
  put(header, 156, '0')
  put(header, 257, 'ustar\0' + '00')
  // The sum counts its own field as spaces.
  header.fill(0x20, CHECKSUM.at, CHECKSUM.at + CHECKSUM.length)
  put(header, CHECKSUM.at, `${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `)
  return header
}

/** The archive's bytes, part by part: only one part is in memory at a time. */
export async function* tar(parts: AsyncIterable<TarPart>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const part of parts) {
    yield headerOf(part)
    yield part.bytes
    const rest = part.bytes.length % BLOCK
    if (rest > 0) yield new Uint8Array(BLOCK - rest)
  }
  yield new Uint8Array(2 * BLOCK)
}
