/** Reads QR codes: by the browser's own detector where there is one that works, else by ZXing, which lies in the app. */
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'

export type Picture = HTMLVideoElement | ImageBitmap
export type Read = (picture: Picture) => Promise<string | null>

interface Detector {
  detect: (picture: Picture) => Promise<{ rawValue: string }[]>
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector
  getSupportedFormats: () => Promise<string[]>
}

/** Pixels of the longer side: a label that fills a third of the picture is read from these. */
const LARGEST = 1000
/** Some phones have a detector that never finds anything: from so many empty pictures on both look. */
const ENOUGH = 15

async function ownDetector(): Promise<Read | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass }
  const formats = await BarcodeDetector?.getSupportedFormats().catch((): string[] => [])
  if (!BarcodeDetector || !formats?.includes('qr_code')) return null
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null
}

function sizeOf(picture: Picture): [number, number] {
  return picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height]
}

function pixelsOf(picture: Picture, canvas: HTMLCanvasElement): ImageData | null {
  const [width, height] = sizeOf(picture)
  const scale = Math.min(1, LARGEST / Math.max(width, height))
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context || canvas.width === 0 || canvas.height === 0) return null
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

async function zxing(): Promise<Read> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader')
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true })
  const canvas = document.createElement('canvas')
  return async (picture) => {
    const pixels = pixelsOf(picture, canvas)
    const found = pixels ? await readBarcodes(pixels, { formats: ['QRCode'], maxNumberOfSymbols: 1 }) : []
    return found[0]?.text ?? null
  }
}

/** What reads the text of a QR code in a picture; null where none is seen. */
export async function openReader(): Promise<Read> {
  let own = await ownDetector()
  let other = own ? null : await zxing()
  let empty = 0
  return async (picture) => {
    const text = own && (await own(picture).catch(() => (own = null)))
    if (text) return text
    // A photo is there once alone: both look at it.
    if (own && picture instanceof HTMLVideoElement && ++empty < ENOUGH) return null
    other ??= await zxing()
    return other(picture)
  }
}
