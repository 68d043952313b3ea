/** tus 1.0 as far as the phone uses it: creation with upload, resuming, content addressed by hash. */
import { ProblemError, type HttpAnswer, type HttpRequest } from '../../src/api/http'

interface UploadInProgress { sha256: string; length: number; bytes: Uint8Array }

const refuse = (slug: string, status: number): ProblemError => new ProblemError(slug, status, {}, null)

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes.slice())
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export class TusServer {
  /** Hashes of the manifests that were accepted. */
  readonly expected = new Set<string>()
  readonly stored = new Set<string>()
  /** Hashes in the order in which they became complete. */
  readonly arrived: string[] = []
  readonly uploads = new Map<string, UploadInProgress>()
  /** Bytes that came in, repetitions included. */
  received = 0
  /** Refuses this hash as no image. */
  notImage: string | null = null
  /** Hears of each piece, and of which photo it is. */
  took: (sha256: string) => void = () => undefined

  async answer(request: HttpRequest, epoch: string): Promise<HttpAnswer> {
    const header = (name: string): string => request.headers?.[name] ?? ''
    const say = (status: number, headers: Record<string, string>): HttpAnswer =>
      ({ status, epoch, headers: new Headers({ 'Tus-Resumable': '1.0.0', ...headers }), json: undefined })
    if (request.method === 'POST') return this.#create(request, header, say)
    const upload = this.uploads.get(request.path)
    if (!upload) throw refuse('not-found', 404)
    const offset = String(upload.bytes.length)
    if (request.method === 'HEAD') return say(200, { 'Upload-Offset': offset, 'Upload-Length': String(upload.length) })
    if (header('Upload-Offset') !== offset) throw refuse('upload-conflict', 409)
    await this.#append(upload, request.body)
    return say(204, { 'Upload-Offset': String(upload.bytes.length) })
  }

  async #create(
    request: HttpRequest, header: (name: string) => string, say: (status: number, headers: Record<string, string>) => HttpAnswer,
  ): Promise<HttpAnswer> {
    const pairs = header('Upload-Metadata').split(',').map((pair) => pair.split(' '))
    const hash = atob(pairs.find(([key]) => key === 'sha256')?.[1] ?? '')
    if (!this.expected.has(hash)) throw refuse('manifest-missing', 409)
    const location = `/sync/photos/${String(this.uploads.size + 1)}`
    const length = Number(header('Upload-Length'))
    const upload = { sha256: hash, length, bytes: new Uint8Array() }
    this.uploads.set(location, upload)
    await this.#append(upload, request.body)
    return say(201, { Location: location, 'Upload-Offset': String(upload.bytes.length) })
  }

  async #append(upload: UploadInProgress, body: Blob | null | undefined): Promise<void> {
    const chunk = body ? new Uint8Array(await body.arrayBuffer()) : new Uint8Array()
    this.received += chunk.length
    this.took(upload.sha256)
    const grown = new Uint8Array(upload.bytes.length + chunk.length)
    grown.set(upload.bytes)
    grown.set(chunk, upload.bytes.length)
    upload.bytes = grown
    if (grown.length < upload.length) return
    if (upload.sha256 === this.notImage) throw refuse('photo-not-image', 422)
    if ((await sha256(grown)) !== upload.sha256) throw refuse('photo-hash-mismatch', 460)
    this.stored.add(upload.sha256)
    this.arrived.push(upload.sha256)
  }
}
