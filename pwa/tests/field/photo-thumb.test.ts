import { afterEach, beforeEach, expect, it } from 'vitest'
import { closeDb, type GridfieldDb } from '../../src/db/open'
import PhotoThumb from '../../src/field/photos/photo-thumb.vue'
import { current } from '../../src/field/session/current'
import { fillPhone, townRows, WORKER_ID } from '../fixtures/phone'
import { show, signIn } from './signed-in'

let db: GridfieldDb

beforeEach(async () => {
  db = await fillPhone(townRows([], [], 1))
  await signIn(db)
})

afterEach(async () => {
  current.value = null
  await db.delete()
  closeDb(WORKER_ID)
})

it.each([
  ['', null],
  ['楼道', '楼道'],
])('a photo that is not there yet, described as "%s", is no picture without a name', (alt, name) => {
  const { page } = show(PhotoThumb, { photoId: 'not-there', alt })

  const picture = page.find('[role=img]')
  expect(picture.exists() ? picture.attributes('aria-label') : null).toBe(name)
  page.unmount()
})
