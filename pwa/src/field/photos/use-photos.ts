import { type Ref, onScopeDispose, ref } from 'vue'
import { useI18n } from '../../i18n'
import { unbroken } from '../../db/half-written'
import { removeDraftPhoto } from '../../db/photos'
import { usable, usePosition } from '../position/use-position'
import { useCurrent } from '../session/current'
import { photosByItem } from './draft-photos'
import { keepDrawing } from './keep-drawing'
import { type PhotoContext, type PhotoDraft, PhotoRefusal, takePhoto } from './take-photo'
import type { StampWords } from './watermark'

const MAX_PHOTOS = 60

/** Taking and removing the photos of one context; `photos` always mirrors what is stored. */
export function usePhotos(context: () => PhotoContext, photos: Ref<PhotoDraft[]>) {
  const { db, user } = useCurrent()
  const { t } = useI18n()
  const { fix } = usePosition()
  const busy = ref(false)
  const problem = ref('')
  const note = ref('')
  let alive = true
  onScopeDispose(() => {
    alive = false
  })

  function words(): StampWords {
    return {
      unsynced: t('field.photos.stamp.unsynced'),
      imported: t('field.photos.stamp.imported'),
      noPosition: t('field.photos.stamp.no_position'),
      photo: t('field.photos.stamp.photo'),
    }
  }

  async function reload(): Promise<void> {
    const { draft_id, item_code, role } = context()
    const stored = (await photosByItem(db, draft_id))[item_code ?? ''] ?? []
    if (alive) photos.value = stored.filter((photo) => (photo.role === 'after') === (role === 'after'))
  }

  async function addOne(file: File, imported: boolean): Promise<void> {
    const shot = { file, imported, person: user.user.name, fix: usable(fix.value) }
    const stamped = await takePhoto(db, shot, context(), words())
    if (!stamped) note.value = t('field.photos.kept_original')
    await reload()
  }

  async function add(files: File[], imported: boolean): Promise<void> {
    problem.value = ''
    note.value = ''
    if (photos.value.length + files.length > MAX_PHOTOS) {
      problem.value = t('field.photos.too_many', { n: MAX_PHOTOS })
      return
    }
    busy.value = true
    try {
      await unbroken(async () => {
        for (const file of files) await addOne(file, imported)
      })
    } catch (error) {
      const reason = error instanceof PhotoRefusal ? error.reason : 'failed'
      problem.value = t(`field.photos.${reason}`)
    } finally {
      busy.value = false
    }
  }

  async function remove(photoId: string): Promise<void> {
    await removeDraftPhoto(db, photoId)
    await reload()
  }

  /** Keep what was drawn on a photo, beside it. */
  async function draw(on: PhotoDraft, picture: Blob): Promise<void> {
    problem.value = ''
    busy.value = true
    const { draft_id, owner_kind, owner_id } = context()
    const { item_code = null, lng, lat, accuracy, photo_id } = on
    const line = { role: 'drawing' as const, item_code, lng, lat, accuracy, drawing_of: photo_id }
    try {
      await unbroken(() => keepDrawing(db, picture, line, { draft_id, owner_kind, owner_id }))
      await reload()
    } catch {
      problem.value = t('field.photos.failed')
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, note, reload, add, remove, draw }
}
