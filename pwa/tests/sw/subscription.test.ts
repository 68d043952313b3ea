import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { forgetPush, pushState, renewPush, turnPushOff, turnPushOn, type PushApp } from '../../src/sw/subscription'

const WHERE = { endpoint: 'https://push.example/1', keys: { p256dh: 'p', auth: 'a' } }
const KEY = 'BA' // base64url, as far as anybody here reads it

let held: boolean
let told: unknown[]
let scope: string
let permission: string

const subscription = {
  endpoint: WHERE.endpoint,
  toJSON: () => ({ ...WHERE, expirationTime: null }),
  unsubscribe: () => Promise.resolve(!(held = false)),
}
const pushManager = {
  getSubscription: () => Promise.resolve(held ? subscription : null),
  subscribe: () => { held = true; return Promise.resolve(subscription) },
}
const registration = (): ServiceWorkerRegistration => ({ scope, pushManager }) as never
const app: PushApp = {
  scope: '/centre/',
  worker: () => Promise.resolve(registration()),
  tell: (method, where) => Promise.resolve(told.push([method, where])),
}

beforeEach(() => {
  held = false
  told = []
  scope = 'https://gridfield.example/centre/'
  permission = 'granted'
  vi.stubGlobal('PushManager', vi.fn())
  vi.stubGlobal('Notification', { get permission() { return permission }, requestPermission: () => Promise.resolve(permission) })
  Object.defineProperty(navigator, 'serviceWorker', {
    configurable: true, value: { getRegistration: () => Promise.resolve(registration()) },
  })
})

afterEach(() => {
  Reflect.deleteProperty(navigator, 'serviceWorker')
  vi.unstubAllGlobals()
})

it('is turned on and off, here and on the server', async () => {
  expect(await pushState(app)).toBe('off')
  expect(await turnPushOn(app, KEY)).toBe('on')
  expect(await pushState(app)).toBe('on')
  expect(await turnPushOff(app)).toBe('off')
  expect(held).toBe(false)
  expect(told).toEqual([['POST', WHERE], ['DELETE', { endpoint: WHERE.endpoint }]])
})

it('is off, not denied, when the person puts the question away', async () => {
  permission = 'default'
  expect(await turnPushOn(app, KEY)).toBe('off')
  permission = 'denied'
  expect(await turnPushOn(app, KEY)).toBe('denied')
  expect(await pushState(app)).toBe('denied')
  expect(told).toEqual([])
})

it('says anew who sits here, only where the browser is subscribed', async () => {
  await renewPush(app)
  expect(told).toEqual([])
  held = true
  await renewPush(app)
  expect(told).toEqual([['POST', WHERE]])
})

it("leaves the other app's subscription on the same device alone", async () => {
  held = true
  scope = 'https://gridfield.example/' // the phone's worker, which also answers for the desk's addresses
  expect(await pushState(app)).toBe('off')
  await renewPush(app)
  await forgetPush(app.scope)
  expect(held).toBe(true)
  expect(told).toEqual([])
})
