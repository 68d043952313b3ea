/** Runs `shrink` in a worker where the browser can, else on the page. */
import { type Shrunk, shrink } from './shrink'

interface Answer {
  id: number
  done?: Shrunk
  error?: string
}

let worker: Worker | null = null
let lastId = 0

function canWork(): boolean {
  return typeof Worker !== 'undefined' && typeof OffscreenCanvas !== 'undefined'
}

/** Same contract as `shrink`, without blocking the page; throws when the picture is undecodable. */
export async function shrinkOffPage(file: Blob, lines: string[]): Promise<Shrunk> {
  if (!canWork()) return shrink(file, lines)
  worker ??= new Worker(new URL('./shrink.worker.ts', import.meta.url), { type: 'module' })
  return ask(worker, file, lines)
}

function ask(target: Worker, file: Blob, lines: string[]): Promise<Shrunk> {
  const id = ++lastId
  return new Promise((resolve, reject) => {
    const settle = () => {
      target.removeEventListener('message', onAnswer)
      target.removeEventListener('error', onError)
    }
    const onAnswer = ({ data }: MessageEvent<Answer>) => {
      if (data.id !== id) return
      settle()
      if (data.done) resolve(data.done)
      else reject(new Error(data.error))
    }
    const onError = () => {
      settle()
      worker = null
      // The worker itself could not load (an old browser): do the work here.
      shrink(file, lines).then(resolve, reject)
    }
    target.addEventListener('message', onAnswer)
    target.addEventListener('error', onError)
    target.postMessage({ id, file, lines })
  })
}
