/** Shrinking and stamping one photo: the same steps in a worker and, where there is none, on the page. */
import {
  MAX_BYTES,
  MAX_SIDE,
  THUMB_BYTES,
  THUMB_SIDE,
  type Size,
  fitWithin,
  lighter,
} from './image-size'
import { drawStamp } from './watermark'

export interface Shrunk {
  bytes: ArrayBuffer
  thumb: ArrayBuffer
}

type Draw = (
  pen: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  size: Size,
) => void

/** A stamped JPEG of at most 1600 px and about 300 KB, and its thumbnail; throws when undecodable. */
export async function shrink(file: Blob, lines: string[]): Promise<Shrunk> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const full = await encodeBelow(picture, MAX_SIDE, MAX_BYTES, (pen, size) => {
      if (lines.length > 0) drawStamp(pen, size, lines)
    })
    const thumb = await encodeBelow(picture, THUMB_SIDE, THUMB_BYTES)
    return { bytes: await full.arrayBuffer(), thumb: await thumb.arrayBuffer() }
  } finally {
    picture.close()
  }
}

async function encodeBelow(
  picture: ImageBitmap,
  maxSide: number,
  maxBytes: number,
  draw?: Draw,
): Promise<Blob> {
  let step: { quality: number; size: Size } | null = {
    quality: 0.82,
    size: fitWithin(picture, maxSide),
  }
  let best: Blob | null = null
  while (step) {
    best = await encode(picture, step.size, step.quality, draw)
    if (best.size <= maxBytes) return best
    step = lighter(step.quality, step.size)
  }
  if (!best) throw new Error('nothing encoded')
  return best
}

async function encode(
  picture: ImageBitmap,
  size: Size,
  quality: number,
  draw?: Draw,
): Promise<Blob> {
  if (typeof OffscreenCanvas === 'undefined') return encodeOnPage(picture, size, quality, draw)
  const canvas = new OffscreenCanvas(size.width, size.height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  paint(pen, picture, size, draw)
  return canvas.convertToBlob({ type: 'image/jpeg', quality })
}

async function encodeOnPage(
  picture: ImageBitmap,
  size: Size,
  quality: number,
  draw?: Draw,
): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  paint(pen, picture, size, draw)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob)
        else reject(new Error('nothing encoded'))
      },
      'image/jpeg',
      quality,
    )
  })
}

function paint(
  pen: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  picture: ImageBitmap,
  size: Size,
  draw?: Draw,
): void {
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, size.width, size.height)
  pen.drawImage(picture, 0, 0, size.width, size.height)
  draw?.(pen, size)
}
