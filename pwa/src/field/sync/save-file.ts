/** Hands a file over to the phone's downloads. */
export function saveFile(file: File): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  // The download reads it for a while yet.
  setTimeout(() => { URL.revokeObjectURL(link.href) }, 60_000)
}

/** How large a file is, as people say it. */
export function sizeOf(file: File): string {
  return file.size < 100_000 ? `${Math.ceil(file.size / 1000)} KB` : `${(file.size / 1_000_000).toFixed(1)} MB`
}
