/** The page behind a QR code: report, see what became of it, rate it. No framework: it must open at once. */
import { ask, Refused, type Entry, type Progress } from './api'
import { shrink } from '../ui/shrink'
import { say, sayRefused, speaksEnglish, switchLanguage, type Word } from './words'

const MOST_PHOTOS = 3
const RATINGS = ['satisfied', 'fair', 'dissatisfied'] as const
const code = /^\/r\/([0-9A-Z]+)/.exec(location.pathname)?.[1]
const door = /^\/h\/([0-9A-Z-]+)/.exec(location.pathname)?.[1]
const photos: string[] = []
let entry: Entry | null = null
let progress: Progress | null = null
let point: { lng: number; lat: number } | null = null

function part(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(id)
  return found
}

function value(id: string): string {
  return (part(id) as HTMLInputElement).value.trim()
}

function chosen(name: string): string {
  return document.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? ''
}

function tell(text: string): void {
  const told = part('told')
  told.textContent = text
  told.hidden = text === ''
  if (text !== '') told.scrollIntoView({ block: 'center' })
}

/** Does it with the button held, and tells what went wrong. */
async function trying(button: HTMLButtonElement, action: () => Promise<void>): Promise<void> {
  tell('')
  button.disabled = true
  try {
    await action()
  } catch (error) {
    tell(error instanceof Refused ? sayRefused(error.message, error.about) : say(entry || progress ? 'offline' : 'offline_open'))
  }
  button.disabled = false
}

function choices(box: HTMLElement, name: string, options: { value: string; text: string }[]): void {
  const before = chosen(name)
  box.replaceChildren(
    ...options.map((option) => {
      const label = document.createElement('label')
      label.className = 'choice'
      const input = document.createElement('input')
      input.type = 'radio'
      input.name = name
      input.value = option.value
      input.checked = option.value === before
      label.append(input, option.text)
      return label
    }),
  )
}

function named(thing: { name: string; name_en: string }): string {
  return speaksEnglish() ? thing.name_en : thing.name
}

function drawItems(): void {
  const kind = entry?.classes.find(({ name }) => name === chosen('kind'))
  part('items-box').hidden = !kind
  choices(part('items'), 'item', (kind?.items ?? []).map((item) => ({ value: item.code, text: named(item) })))
}

function drawProgress(): void {
  if (!progress) return
  part('step').textContent = say(`step_${progress.step}`)
  const rated = progress.rating ? ` · ${say('rated', { n: say(progress.rating) })}` : ''
  part('about').textContent = say('about', { number: progress.number, title: progress.title }) + rated
  part('rating').hidden = !progress.may_rate
  choices(part('ratings'), 'rating', RATINGS.map((rating) => ({ value: rating, text: say(rating) })))
}

/** Each can be taken back; when there are as many as may be, no more are asked for. */
function drawPhotos(): void {
  part('photos').replaceChildren(
    ...photos.map((photo, at) => {
      const [image, drop] = [document.createElement('img'), document.createElement('button')]
      image.src = photo
      image.alt = say('photo_one', { n: at + 1 })
      drop.type = 'button'
      drop.ariaLabel = say('photo_drop', { n: at + 1 })
      drop.textContent = '×'
      drop.addEventListener('click', () => {
        photos.splice(at, 1)
        drawPhotos()
      })
      const cell = document.createElement('div')
      cell.append(image, drop)
      return cell
    }),
  )
  part('photo-box').hidden = photos.length >= MOST_PHOTOS
}

/** All words anew, in the language chosen. */
function draw(): void {
  document.documentElement.lang = speaksEnglish() ? 'en' : 'zh-CN'
  document.title = say('title')
  part('language').textContent = say('other')
  part('language').lang = speaksEnglish() ? 'zh-CN' : 'en'
  for (const node of document.querySelectorAll<HTMLElement>('[data-t]')) node.textContent = say(node.dataset.t as Word)
  drawPhotos()
  choices(part('kinds'), 'kind', (entry?.classes ?? []).map((kind) => ({ value: kind.name, text: named(kind) })))
  drawItems()
  drawProgress()
}

async function show(receipt: string): Promise<void> {
  progress = await ask<Progress>('/look', { receipt })
  part('progress').hidden = false
  part('new').hidden = part('find').hidden = true
  draw()
}

async function addPhoto(file: File | undefined): Promise<void> {
  if (!file || photos.length >= MOST_PHOTOS) return
  try {
    photos.push(await shrink(file))
  } catch {
    tell(say('too_large'))
    return
  }
  drawPhotos()
}

function locate(): void {
  part('where').textContent = say('here_busy')
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      point = { lng: coords.longitude, lat: coords.latitude }
      part('where').textContent = say('here_done', { n: Math.round(coords.accuracy) })
    },
    () => {
      part('where').textContent = say('here_failed')
    },
    { enableHighAccuracy: true, timeout: 15_000 },
  )
}

/** A phone and its code, in each of the two forms. */
function prove(form: HTMLFormElement): void {
  const template = (part('proof') as HTMLTemplateElement).content.cloneNode(true)
  form.querySelector('[type=submit]')?.before(template)
  const button = form.querySelector<HTMLButtonElement>('[name=ask]')
  button?.addEventListener('click', () => {
    const phone = form.querySelector<HTMLInputElement>('[name=phone]')
    if (!phone?.reportValidity()) return
    void trying(button, async () => {
      await ask('/codes', { phone: phone.value })
      const sent = form.querySelector('.sent')
      if (sent) sent.textContent = say('code_sent')
    })
  })
}

function proof(form: HTMLFormElement): { phone: string; phone_code: string } {
  const typed = (name: string): string => form.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? ''
  return { phone: typed('phone'), phone_code: typed('code') }
}

function onSubmit(id: string, action: (form: HTMLFormElement) => Promise<void>): void {
  const form = part(id) as HTMLFormElement
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const button = form.querySelector<HTMLButtonElement>('[type=submit]')
    if (!button) return
    button.textContent = say('sending')
    void trying(button, () => action(form)).finally(() => (button.textContent = say(button.dataset.t as Word)))
  })
}

/** The secret goes behind the #: no server ever writes it into its log. */
async function keep(told: { receipt: string }): Promise<void> {
  history.replaceState(null, '', `/r#${told.receipt}`)
  await show(told.receipt)
}

async function send(form: HTMLFormElement): Promise<void> {
  if (chosen('item') === '') {
    tell(say('pick'))
    return
  }
  const body = {
    item_code: chosen('item'),
    text: value('text'),
    address: value('address') || null,
    ...point,
    ...proof(form),
    photos: photos.map((photo) => photo.slice(photo.indexOf(',') + 1)),
  }
  await keep(await ask(`/places/${code ?? ''}`, body))
}

/** A stranger at a door label: what it is, and where to report. */
async function showDoor(label: string): Promise<void> {
  ;(part('worker') as HTMLAnchorElement).href = `/scan?code=${label}`
  part('door').hidden = false
  const place = await ask<{ code: string | null }>(`/labels/${label}`)
  if (place.code === null) return
  ;(part('door-report') as HTMLAnchorElement).href = `/r/${place.code}`
  part('door-way').hidden = false
}

async function begin(): Promise<void> {
  if (door !== undefined) {
    await showDoor(door)
    return
  }
  const secret = location.hash.slice(1)
  if (secret === 'find') {
    part('find').hidden = false
    part('new').hidden = part('progress').hidden = true
  } else if (secret !== '') await show(secret)
  else if (code === undefined) tell(say('scan'))
  else {
    entry = await ask<Entry>(`/places/${code}`)
    part('place').textContent = entry.name
    if (entry.texts) part('new').hidden = false
    else tell(say('no_texts'))
    draw()
  }
}

prove(part('new') as HTMLFormElement)
prove(part('find') as HTMLFormElement)
draw()
part('language').addEventListener('click', () => {
  switchLanguage()
  draw()
})
part('kinds').addEventListener('change', drawItems)
part('here').addEventListener('click', locate)
part('photo').addEventListener('change', ({ target }) => {
  const picker = target as HTMLInputElement
  void addPhoto(picker.files?.[0])
  picker.value = '' // cameras call every photo the same, and the same is no change
})
onSubmit('new', send)
onSubmit('find', async (form) => keep(await ask('/receipts', { number: value('number'), ...proof(form) })))
onSubmit('rating', async () => {
  const given = { rating: chosen('rating'), text: value('rate-text') }
  if (given.rating === '') {
    tell(say('pick_rating'))
    return
  }
  progress = await ask<Progress>('/ratings', { receipt: location.hash.slice(1), ...given })
  draw()
})
addEventListener('hashchange', () => location.reload())
void trying(part('language') as HTMLButtonElement, begin)
