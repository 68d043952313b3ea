const OWN_KEYS = 'input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=combobox], dialog, .el-dialog'

/** Whether a key belongs to whoever is writing, in the middle of a Chinese word too, or to an open dialog. */
export function isWriting(event: KeyboardEvent): boolean {
  if (event.isComposing || event.key === 'Process') return true
  return event.target instanceof Element && event.target.closest(OWN_KEYS) !== null
}
