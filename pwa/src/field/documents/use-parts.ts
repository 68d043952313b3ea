import { computed, type ComputedRef } from 'vue'
import type { PaperDocument } from '../../domain/document'
import { useCurrent } from '../session/current'
import { useRecords } from '../session/use-records'
import type { Parts } from './paper'

/** What a written paper is put together from, as far as this phone holds it. */
export function useParts(paper: () => PaperDocument | null | undefined): ComputedRef<Parts | null> {
  const { user } = useCurrent()
  const [authorities, templates, enforcers] = [useRecords('authority'), useRecords('document_template'), useRecords('enforcer')]
  return computed(() => {
    const written = paper()
    const authority = authorities.value?.find(({ id }) => id === written?.authority_id)
    const template = templates.value?.find(({ id }) => id === written?.template_id)
    return authority && template ? { authority, template, enforcers: enforcers.value ?? [], issuer: user.user.name } : null
  })
}
