import { describe, expect, it, vi } from 'vitest'

import { FetchHttp, OfflineError, ProblemError, TimeoutError } from '../../src/api/http'

const ours = { 'X-Sync': '1', 'X-Epoch': 'e1', 'Content-Type': 'application/json' }

function over(answer: (url: string, init: RequestInit) => Promise<Response> | Response): FetchHttp {
  return new FetchHttp({
    csrf: () => Promise.resolve('proof'),
    fetch: (url, init) => Promise.resolve(answer(url as string, init ?? {})),
  })
}

describe('the way to the server', () => {
  it('gives the answer with its epoch, and proof with unsafe requests only', async () => {
    const seen: (string | null)[] = []
    const http = over((_url, { headers }) => {
      seen.push((headers as Headers).get('X-CSRF-Token'))
      return new Response('{"a":1}', { headers: ours })
    })
    expect(await http.send({ method: 'GET', path: '/x' })).toMatchObject({ status: 200, epoch: 'e1', json: { a: 1 } })
    await http.send({ method: 'POST', path: '/x', json: {} })
    expect(seen).toEqual([null, 'proof'])
  })

  it.each([
    ['a page of a captive portal', new Response('<html>请登录</html>')],
    ['a portal that imitates JSON', new Response('{"a":1}', { headers: { 'Content-Type': 'application/json' } })],
    ['an empty 204 of somebody else', new Response(null, { status: 204 })],
    ['a truncated body', new Response('{"a":', { headers: ours })],
  ])('takes %s for no connection', async (_name, response) => {
    await expect(over(() => response).send({ method: 'POST', path: '/sync/pull' })).rejects.toBeInstanceOf(OfflineError)
  })

  it('tells a failed connection from a slow one', async () => {
    await expect(over(() => Promise.reject(new TypeError('failed'))).send({ method: 'GET', path: '/x' })).rejects.toBeInstanceOf(OfflineError)
    const hanging = over((_url, { signal }) => new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => { reject(new Error('aborted')) })
    }))
    await expect(hanging.send({ method: 'GET', path: '/x', timeoutMs: 5 })).rejects.toBeInstanceOf(TimeoutError)
  })

  it('gives a refusal with its slug, its pointers and the wait that it asks for', async () => {
    const problem = { type: '/problems/unavailable', detail: '稍后再试', errors: [{ pointer: '/a', code: 'x', detail: '错' }] }
    const http = over(() => new Response(JSON.stringify(problem), { status: 503, headers: { ...ours, 'Retry-After': '30' } }))
    const error = await http.send({ method: 'GET', path: '/x' }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ slug: 'unavailable', status: 503, retryAfterMs: 30_000, problem: { errors: [{ pointer: '/a' }] } })
  })

  it('packs large bodies, and sends them as they are where it cannot', async () => {
    const seen: { encoding: string | null; size: number }[] = []
    const http = over(async (_url, { headers, body }) => {
      seen.push({ encoding: (headers as Headers).get('Content-Encoding'), size: (await new Response(body).arrayBuffer()).byteLength })
      return new Response('{}', { headers: ours })
    })
    const json = { text: '字'.repeat(5000) }
    await http.send({ method: 'POST', path: '/x', json, gzip: true })
    vi.stubGlobal('CompressionStream', undefined)
    Reflect.deleteProperty(globalThis, 'CompressionStream')
    await http.send({ method: 'POST', path: '/x', json, gzip: true })
    vi.unstubAllGlobals()
    expect(seen[0]?.encoding).toBe('gzip')
    expect(seen[0]?.size).toBeLessThan(500)
    expect(seen[1]).toMatchObject({ encoding: null })
  })
})
