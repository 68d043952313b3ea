/** 随手报 begins with the camera: it must be opened inside the tap itself, before any page loads. */
import { ref } from 'vue'
import type { Router } from 'vue-router'

/** The photo taken by the tap on 上报, until the report page takes it. */
export const pendingPhotos = ref<File[]>([])

/** Open the camera and the report page; call it synchronously in a click handler. */
export function startReport(router: Router): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = 'image/*'
  input.setAttribute('capture', 'environment')
  input.addEventListener('change', () => {
    pendingPhotos.value = [...(input.files ?? [])]
  })
  input.click()
  void router.push({ name: 'hazard-new' })
}
