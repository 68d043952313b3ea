import { onBeforeUnmount, onMounted, ref, shallowRef, type Ref } from 'vue'
import { openReader, type Read } from './reader'

/** A moment between two looks: the picture must stay smooth on a slow phone. */
const PAUSE_MS = 120

export type CameraState = 'starting' | 'on' | 'denied' | 'none'

interface Torch {
  torch?: boolean
}

function cameraOf(): Promise<MediaStream> {
  // Absent where the page has not come over https, and inside some chat apps.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) return Promise.reject(new Error('no camera'))
  return devices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 } } })
}

/** The camera in `video` for as long as the screen is open; `found` is told each text that is read anew. */
export function useScan(video: () => HTMLVideoElement | null, found: (text: string) => void) {
  const state = ref<CameraState>('starting')
  const track = shallowRef<MediaStreamTrack | null>(null)
  const light = ref(false)
  const hasLight = ref(false)
  let reader: Promise<Read> | null = null
  let closed = false
  let last = ''

  const read = async (picture: Parameters<Read>[0]): Promise<string | null> => (await (reader ??= openReader()))(picture)

  function tell(text: string | null): void {
    if (closed || text === null || text === last) return
    last = text
    found(text)
  }

  async function look(element: HTMLVideoElement): Promise<void> {
    while (!closed) {
      if (element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) tell(await read(element))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  async function start(): Promise<void> {
    const stream = await cameraOf()
    const element = video()
    if (closed || !element) {
      stream.getTracks().forEach((each) => each.stop())
      return
    }
    track.value = stream.getVideoTracks()[0] ?? null
    hasLight.value = (track.value?.getCapabilities() as Torch | undefined)?.torch === true
    element.srcObject = stream
    await element.play()
    state.value = 'on'
    await look(element)
  }

  /** Reads a photo that was taken by the phone's own camera app; null where it shows no code. */
  async function readPhoto(file: Blob): Promise<string | null> {
    const picture = await createImageBitmap(file)
    const text = await read(picture)
    picture.close()
    return text
  }

  async function switchLight(): Promise<void> {
    light.value = !light.value
    await track.value?.applyConstraints({ advanced: [{ torch: light.value } as MediaTrackConstraintSet] })
  }

  onMounted(() => {
    start().catch((error: unknown) => {
      const refused = error instanceof DOMException && error.name === 'NotAllowedError'
      state.value = refused ? 'denied' : 'none'
    })
  })
  onBeforeUnmount(() => {
    closed = true
    track.value?.stop()
  })
  return { state: state as Readonly<Ref<CameraState>>, hasLight, light, readPhoto, switchLight }
}
