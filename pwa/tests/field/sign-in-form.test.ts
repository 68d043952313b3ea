import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { OfflineError, ProblemError } from '../../src/api/http'
import SignInForm from '../../src/field/session/sign-in-form.vue'
import { restoreLocale } from '../../src/i18n/field'
import { show } from './signed-in'

beforeEach(restoreLocale)

async function send(answer: () => Promise<void>, fill = true): Promise<string> {
  const { page } = show(SignInForm, { submit: answer })
  if (fill) for (const input of page.findAll('input')) await input.setValue('secret')
  await page.find('form').trigger('submit')
  await flushPromises()
  return page.text()
}

describe('the sign-in form', () => {
  it('asks for what is missing before it asks the server', async () => {
    let asked = 0
    const text = await send(() => { asked += 1; return Promise.resolve() }, false)
    expect(text).toContain('请填写用户名')
    expect(text).toContain('请填写密码')
    expect(asked).toBe(0)
  })

  it.each<[Error, string]>([
    [new ProblemError('bad-credentials', 401, {}, null), '用户名或密码不对'],
    [new ProblemError('too-many-attempts', 429, {}, 42_000), '请 42 秒后再试'],
    [new OfflineError('nothing there'), '连不上服务器'],
    [new ProblemError('internal', 500, {}, null), '登录没有成功'],
  ])('says %s in plain words', async (error, words) => {
    expect(await send(() => Promise.reject(error))).toContain(words)
  })

  it('does not ask twice who one is', () => {
    const { page } = show(SignInForm, { submit: () => Promise.resolve(), username: 'wgy01' })
    expect(page.findAll('input').map((input) => input.attributes('type'))).toEqual(['password'])
  })
})
