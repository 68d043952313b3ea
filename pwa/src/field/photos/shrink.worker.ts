import { shrink } from './shrink'

interface Job {
  id: number
  file: Blob
  lines: string[]
}

addEventListener('message', (event: MessageEvent<Job>) => {
  const { id, file, lines } = event.data
  shrink(file, lines).then(
    (done) => {
      postMessage({ id, done }, { transfer: [done.bytes, done.thumb] })
    },
    (error: unknown) => {
      postMessage({ id, error: String(error) })
    },
  )
})
