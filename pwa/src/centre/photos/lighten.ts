const MOST_PIXELS = 1600
const QUALITY = 0.82

/** The photo as a JPEG of at most 1600 px, turned upright and without what the camera wrote into it; throws on what is no photo. */
export async function lighten(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob)
      else reject(new Error('nothing encoded'))
    }, 'image/jpeg', QUALITY)
  })
}
