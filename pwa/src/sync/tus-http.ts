/** tus-js-client over our own `Http`, so that uploads get the same proofs, tokens and time limits. */
import type { FileReader as TusFileReader, FileSource, HttpRequest, HttpResponse, HttpStack } from 'tus-js-client'

import { ProblemError, type Http } from '../api/http'

const UPLOAD_TIMEOUT_MS = 60_000

const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/]+/i, '')

function responseOf(status: number, headers: Headers | null, body: string): HttpResponse {
  return {
    getStatus: () => status,
    getHeader: (name) => headers?.get(name) ?? undefined,
    getBody: () => body,
    getUnderlyingObject: () => null,
  }
}

class TusRequest implements HttpRequest {
  readonly #headers: Record<string, string> = {}
  readonly #abort = new AbortController()
  #progress: (sent: number) => void = () => undefined

  constructor(private readonly http: Http, private readonly method: string, private readonly url: string) {}

  getMethod = (): string => this.method
  getURL = (): string => this.url
  getHeader = (name: string): string | undefined => this.#headers[name]
  getUnderlyingObject = (): null => null

  setHeader(name: string, value: string): void {
    this.#headers[name] = value
  }

  setProgressHandler(handler: (sent: number) => void): void {
    this.#progress = handler
  }

  async send(body: Blob | null = null): Promise<HttpResponse> {
    const request = {
      method: this.method, path: pathOf(this.url), body, headers: this.#headers,
      timeoutMs: UPLOAD_TIMEOUT_MS, signal: this.#abort.signal,
    }
    try {
      const { status, headers } = await this.http.send(request)
      this.#progress(body?.size ?? 0)
      return responseOf(status, headers, '')
    } catch (error) {
      // A refusal is an answer: tus decides what it means (404 on resuming: create anew).
      if (error instanceof ProblemError) return responseOf(error.status, null, error.slug)
      throw error
    }
  }

  abort(): Promise<void> {
    this.#abort.abort()
    return Promise.resolve()
  }
}

/** The stack to give to `new Upload`. */
export function tusOver(http: Http): HttpStack {
  return {
    createRequest: (method, url) => new TusRequest(http, method, url),
    getName: () => 'gridfield',
  }
}

/** Reads slices of a Blob, the same way in a browser and in a test. */
export const blobReader: TusFileReader = {
  openFile(input): Promise<FileSource> {
    const blob = input as Blob
    return Promise.resolve({
      size: blob.size,
      slice: (start: number, end: number) =>
        Promise.resolve({ value: blob.slice(start, end), done: end >= blob.size }),
      close: () => undefined,
    })
  },
}
