/** Whatever a broken proxy answers, the phone loses nothing and goes on by itself (section 8). */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { FetchHttp, ProblemError } from '../../src/api/http'
import { setMeta } from '../../src/db/meta'
import { listRecords } from '../../src/sync/view'
import { newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer } from './protocol-server'
import { expectSameAsServer } from './same-as-server'

type Exchange = (url: string, init: RequestInit) => Promise<Response>
/** What stands between: answers by itself or asks the server. */
type Proxy = (url: string, init: RequestInit, server: Exchange) => Promise<Response>

const EVERY = 5 * 60_000
const capitals = (name: string): string => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())

async function textOf(body: BodyInit, packed: boolean): Promise<string> {
  const stream = new Response(body).body
  if (stream === null) return ''
  return new Response(packed ? stream.pipeThrough(new DecompressionStream('gzip')) : stream).text()
}

/** The model server behind real requests and answers. */
function wired(server: ProtocolServer): Exchange {
  return async (path, init) => {
    const given = new Headers(init.headers)
    const isJson = given.get('Content-Type') === 'application/json'
    const headers = Object.fromEntries([...given].map(([name, value]) => [capitals(name), value]))
    const json: unknown = isJson
      ? JSON.parse(await textOf(init.body ?? '', given.get('Content-Encoding') === 'gzip')) : undefined
    const ours = { 'X-Sync': '1', 'X-Epoch': server.epoch, 'X-Ask': given.get('X-Ask') ?? '', 'Content-Type': 'application/json' }
    try {
      const answer = await server.send({ method: init.method ?? 'GET', path, headers, json, body: isJson ? null : (init.body as Blob) })
      const body = answer.json === undefined || answer.json === null ? null : JSON.stringify(answer.json)
      return new Response(body, { status: answer.status, headers: { ...ours, ...Object.fromEntries(answer.headers) } })
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return new Response(JSON.stringify(error.problem), { status: error.status, headers: ours })
    }
  }
}

let server: ProtocolServer
let phone: Phone
let proxy: Proxy | null
let faults: unknown[]

beforeEach(async () => {
  server = new ProtocolServer()
  proxy = null
  faults = []
  vi.stubGlobal('reportError', (error: unknown) => faults.push(error))
  const direct = wired(server)
  const fetch = ((url: string, init: RequestInit) => (proxy ? proxy(url, init, direct) : direct(url, init))) as typeof globalThis.fetch
  phone = await newPhone(new FetchHttp({ csrf: () => Promise.resolve('proof'), fetch }))
  await sync(phone)
})
afterEach(() => {
  phone.engine.stop()
  vi.unstubAllGlobals()
})

const says = (body: string | null, status = 200, headers: Record<string, string> = {}): Proxy =>
  () => Promise.resolve(new Response(body, { status, headers }))
const pretends = { 'X-Sync': '1', 'X-Epoch': 'epoch-1', 'Content-Type': 'application/json' }
const STATUSES = [400, 403, 404, 405, 407, 408, 410, 411, 414, 421, 425, 429, 431, 451, 500, 502, 503, 504, 511, 520]

const BROKEN: [string, Proxy][] = [
  ...STATUSES.map((status): [string, Proxy] => [`${status} of its own`, says('<h1>Error</h1>', status)]),
  ...STATUSES.map((status): [string, Proxy] => [`${status} with our headers`, says('{}', status, pretends)]),
  ['a page to log in', says('<html>请登录</html>', 200, { 'Content-Type': 'text/html' })],
  ['an empty 204', says(null, 204)],
  ['304', says(null, 304, pretends)],
  ['an empty 200 with our headers', says('', 200, pretends)],
  ['null with our headers', says('null', 200, pretends)],
  ['a list with our headers', says('[]', 200, pretends)],
  ['an empty object with our headers', says('{}', 200, pretends)],
  ['JSON of something else with our headers', says('{"results":7,"scopes":"x","have":{}}', 200, pretends)],
  ['half of an answer', says('{"epoch":"epoch-1","resu', 200, pretends)],
  ['nothing: the line breaks', () => Promise.reject(new TypeError('network'))],
  ['the right answer without our headers', async (url, init, direct) => new Response((await direct(url, init)).body)],
  ['a body that breaks off', async (url, init, direct) => {
    const answer = await direct(url, init)
    const stream = new ReadableStream({ start: (it) => { it.error(new TypeError('broken off')) } })
    return new Response(answer.status === 204 ? null : stream, { status: answer.status, headers: answer.headers })
  }],
]

describe.each([['/sync/push'], ['/sync/pull'], ['/sync/photos/']])('on the way to %s', (path) => {
  it.each(BROKEN)('%s: nothing is lost, and it all arrives', async (_name, broken) => {
    proxy = (url, init, direct) => (url.startsWith(path) ? broken(url, init, direct) : direct(url, init))
    const { mutation } = await report(phone.db, [await shoot(phone.db, 300)])
    server.put('grid:g1', 'house', 'h1', { n: 1 })
    await sync(phone)
    expect(await phone.db.journal.count()).toBe(1)
    expect(await phone.db.photo_bytes.count()).toBe(1)

    proxy = null
    phone.clock.turn(EVERY)
    await phone.engine.kick('person')
    expect(phone.engine.status).toMatchObject({ pending: 0, photos_pending: 0, dead: 0, error: null })
    expect(server.applied).toEqual([mutation])
    expect(server.photos.stored.size).toBe(2)
    await expectSameAsServer(phone, server)
    expect(faults).toEqual([])
  })
})

describe('a proxy that refuses large bodies in its own words', () => {
  it('gets smaller batches', async () => {
    const mostBytes = 2000
    proxy = async (url, init, direct) => {
      const tooLarge = (await new Response(init.body ?? '').arrayBuffer()).byteLength > mostBytes
      return tooLarge ? new Response('<h1>413 Request Entity Too Large</h1>', { status: 413 }) : direct(url, init)
    }
    for (let i = 0; i < 30; i++) await report(phone.db)
    await sync(phone)
    expect(phone.engine.status).toMatchObject({ pending: 0, error: null })
    expect(server.applied).toHaveLength(30)
  })

  it('gets smaller pieces of photos', async () => {
    const mostBytes = 40_000
    proxy = async (url, init, direct) => {
      const tooLarge = (await new Response(init.body ?? '').arrayBuffer()).byteLength > mostBytes
      return tooLarge ? new Response('<h1>413 Request Entity Too Large</h1>', { status: 413 }) : direct(url, init)
    }
    await report(phone.db, [await shoot(phone.db, 200_000)])
    await sync(phone)
    expect(phone.engine.status).toMatchObject({ photos_pending: 0, error: null })
    expect(server.photos.stored.size).toBe(2)
  })
})

describe('a proxy that gives older answers again', () => {
  /** Keeps the first answer on a path and repeats it, so many times; with or without the mark of its question. */
  function repeating(path: string, times: number, marked = false): Proxy {
    let kept: Response | null = null
    return async (url, init, direct) => {
      if (url !== path) return direct(url, init)
      if (kept !== null && times-- > 0) return kept.clone()
      const answer = await direct(url, init)
      if (!marked) answer.headers.delete('X-Ask')
      kept ??= answer.clone()
      return answer
    }
  }

  it('of a push confirms nothing wrongly', async () => {
    proxy = repeating('/sync/push', 3)
    const first = await report(phone.db)
    await sync(phone)
    const second = await report(phone.db)
    await phone.engine.kick('person')
    expect(await phone.db.outbox.toArray()).toMatchObject([{ mutation_id: second.mutation, state: 'waiting' }])
    expect(phone.engine.status.error).toBe('no-verdict')
    proxy = null
    await phone.engine.kick('person')
    expect(server.applied).toEqual([first.mutation, second.mutation])
  })

  it('of a pull is not taken in, and not asked for without end', async () => {
    server.put('grid:g1', 'house', 'h1', { n: 1 })
    proxy = repeating('/sync/pull', 1000)
    await phone.engine.kick('person')
    server.put('grid:g1', 'house', 'h1', { n: 2 })
    const before = server.requests.length
    await phone.engine.kick('person')
    expect(server.requests.length - before).toBeLessThan(20)
    expect(phone.engine.status.error).toBe('stale-answer')
    proxy = null
    await phone.engine.kick('person')
    expect(phone.engine.status.error).toBeNull()
    await expectSameAsServer(phone, server)
  })

  it('of a time before a restore is no fault of our own, and the work goes out again', async () => {
    server.put('grid:g1', 'house', 'h1', { n: 1 })
    const backup = server.backup()
    proxy = repeating('/sync/pull', 1)
    await phone.engine.kick('person')
    server.restore(backup)
    const { mutation } = await report(phone.db)
    await phone.engine.kick('person')
    expect(phone.engine.status.error).toBe('epoch')
    await phone.engine.kick('person')
    expect(phone.engine.status).toMatchObject({ pending: 0, error: null })
    expect(server.applied).toEqual([mutation])
    expect(faults).toEqual([])
    await expectSameAsServer(phone, server)
  })

  it('of a former client of this phone lets nothing go before it has come back', async () => {
    const { db } = phone
    const before = { cursors: await db.cursors.toArray(), base: await db.base.toArray(), membership: await db.membership.toArray() }
    proxy = repeating('/sync/pull', 1000, true)
    await report(db)
    await sync(phone)
    // The power goes, and takes all of it.
    await Promise.all([db.outbox.clear(), db.journal.clear(), db.base.clear(), db.membership.clear(), db.cursors.clear()])
    await Promise.all([db.base.bulkAdd(before.base), db.membership.bulkAdd(before.membership), db.cursors.bulkAdd(before.cursors)])
    await setMeta(db, 'next_mid', 1)
    const { id, mutation } = await report(db)
    await phone.engine.kick('person')
    expect(server.applied).toContain(mutation)
    expect((await listRecords(db, 'case')).map((row) => row.id)).toContain(id)
  })
})
