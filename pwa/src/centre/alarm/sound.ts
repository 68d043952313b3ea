import { ref } from 'vue'

/** Whether the browser still waits for a first click before it lets a page be heard. */
export const muted = ref(false)

const EVERY_MS = 1600
const TONES = [880, 660] as const
const TONE_S = 0.28
const LOUDNESS = 0.25

let context: AudioContext | undefined
let ringing: number | undefined

function look(): void {
  muted.value = ringing !== undefined && context?.state !== 'running'
}

function once(audio: AudioContext): void {
  TONES.forEach((frequency, number) => {
    const tone = new OscillatorNode(audio, { frequency, type: 'square' })
    const start = audio.currentTime + number * TONE_S
    tone.connect(new GainNode(audio, { gain: LOUDNESS })).connect(audio.destination)
    tone.start(start)
    tone.stop(start + TONE_S)
  })
}

/** To be called from a click or a key: only then may a page begin to sound. */
export async function allowSound(): Promise<void> {
  context ??= new AudioContext()
  await context.resume()
  look()
}

/** Sounds again and again until `hush`; silent (and `muted`) until the first click. */
export function ring(): void {
  if (ringing !== undefined) return
  context ??= new AudioContext()
  const strike = (): void => {
    look()
    if (context?.state === 'running') once(context)
  }
  ringing = window.setInterval(strike, EVERY_MS)
  strike()
}

/** Ends the alarm. */
export function hush(): void {
  window.clearInterval(ringing)
  ringing = undefined
  look()
}
