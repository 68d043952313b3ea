import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { desk, onReach, onUnauthenticated } from '../../src/api/desk'
import { fieldWordsIn } from '../../src/centre/parts/refusal-text'
import type { Locale } from '../../src/i18n'
import { Refusal, refusalOf } from '../../src/api/refusal'

const answer = (body: unknown, status = 200, type = 'application/json', headers = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': type, ...headers },
  })

const problem = (slug: string, status: number, more: object = {}, headers = {}): Response =>
  answer({ type: `/problems/${slug}`, title: slug, status, ...more }, status, 'application/problem+json', headers)

describe('a refusal', () => {
  it('names the refused fields whatever stands before them in the pointer', async () => {
    const refusal = await refusalOf(
      problem('validation', 422, {
        detail: '内容有误',
        errors: [
          { pointer: '/due_at', code: 'past', detail: '期限不能早于现在' },
          { pointer: '#/json/title', code: 'required', detail: '请填写标题' },
          { pointer: '/args/assignee_id', code: 'not-found' },
        ],
      }),
    )
    expect(refusal.slug).toBe('validation')
    expect(refusal.field('due_at')).toBe('期限不能早于现在')
    expect(refusal.field('title')).toBe('请填写标题')
    expect(refusal.field('assignee_id')).toBe('not-found')
    expect(refusal.field('place')).toBeNull()
  })

  it('is said in the words of a screen in another language', async () => {
    const errors = [{ pointer: '/due_at', code: 'past', detail: '期限不能早于现在' }, { pointer: '/title', code: 'odd', detail: '怪' }]
    const words = new Map([['centre.words.field.past', 'Too late'], ['centre.words.field.invalid', 'Not right']])
    const locale = ref<Locale>('en')
    const say = fieldWordsIn({ locale, t: (key) => words.get(key) ?? key, te: (key) => words.has(key) })
    const { fields } = await refusalOf(problem('validation', 422, { errors }), say)
    expect(fields.map(({ detail }) => detail)).toEqual(['Too late', 'Not right'])
    locale.value = 'zh-CN'
    expect(say('past', '期限不能早于现在')).toBe('期限不能早于现在')
  })

  it('keeps how long to wait', async () => {
    const refusal = await refusalOf(problem('too-many-attempts', 429, {}, { 'Retry-After': '30' }))
    expect(refusal.retryAfterS).toBe(30)
  })

  it('is still one when a proxy answers with a page', async () => {
    const refusal = await refusalOf(answer('<h1>Bad Gateway</h1>', 502, 'text/html'))
    expect(refusal).toMatchObject({ slug: 'internal', status: 502, fields: [] })
  })
})

describe('the client', () => {
  const fetched = vi.fn<typeof fetch>()
  const reached = vi.fn()
  const expired = vi.fn()

  beforeEach(() => {
    vi.stubGlobal('fetch', fetched)
    onReach(reached)
    onUnauthenticated(expired)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.clearAllMocks()
  })

  it('proves writes with the token of the session and leaves blank filters out', async () => {
    fetched.mockResolvedValueOnce(answer({ csrf_token: 'proof' }))
    await desk.session()
    fetched.mockResolvedValueOnce(answer({ id: 't' }))
    await desk.cancelTask('t', '重复')
    expect(fetched.mock.lastCall?.[1]?.headers).toMatchObject({ 'X-CSRF-Token': 'proof' })
    fetched.mockResolvedValueOnce(answer({ items: [], next: null }))
    await desk.activities({ kind: 'hazard', q: '', cursor: null, limit: 50 })
    expect(fetched.mock.lastCall?.[0]).toBe('/api/activities?kind=hazard&limit=50')
  })

  it('takes a page with status 200 for no connection', async () => {
    fetched.mockResolvedValueOnce(answer('<html>请登录 Wi-Fi</html>', 200, 'text/html'))
    await expect(desk.workers()).rejects.toMatchObject({ slug: 'unreachable' })
    expect(reached).toHaveBeenLastCalledWith(false)
  })

  it('takes a failed request for no connection', async () => {
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    await expect(desk.workers()).rejects.toBeInstanceOf(Refusal)
    expect(reached).toHaveBeenLastCalledWith(false)
  })

  it('tells of an ended session, but not of a wrong password', async () => {
    fetched.mockResolvedValueOnce(problem('bad-credentials', 401))
    await expect(desk.signIn('a', 'b', { id: '1', name: 'x' })).rejects.toMatchObject({ slug: 'bad-credentials' })
    expect(expired).not.toHaveBeenCalled()
    fetched.mockResolvedValueOnce(problem('unauthenticated', 401))
    await expect(desk.workers()).rejects.toMatchObject({ status: 401 })
    expect(expired).toHaveBeenCalledOnce()
  })
})
