/** The list of matters, where cases come from and what may be the same case, as the centre has them. */

export interface MatterText {
  code: string
  class_name: string
  class_name_en: string
  name: string
  name_en: string
  icon: string
  severity: 'general' | 'serious' | 'critical'
  lead_department: string
  deadline: string
  sort: number
  evidence: string
  photos_min: number
  self_settle: boolean
  file_if: string
  close_if: string
  /** What people call it, apart by spaces. */
  synonyms: string
  /** Its cases are for the cleared alone (涉稳). */
  restricted: boolean
}

export interface Matter extends MatterText {
  version: number
}

export interface MatterVersion extends MatterText {
  id: string
  version: number | null
  state: 'proposed' | 'in_force' | 'past' | 'refused'
  since: string | null
  until: string | null
  reason: string
  decision: string | null
  proposed_by: string | null
  proposed_at: string
}

export interface MatterList {
  classes: { code: string; name: string; name_en: string }[]
  items: Matter[]
  proposals: MatterVersion[]
}

/** What is entered of an item; the rest the centre keeps. */
export type NewMatter = Omit<MatterText, 'class_name_en' | 'icon'> & { reason: string }

export interface SheetAnswer {
  broken: { number: number; errors: { pointer: string; detail: string }[] }[]
  /** The broken lines as a file, in base64. */
  broken_sheet: string | null
}

export interface MatterSheet extends SheetAnswer {
  good: { number: number; code: string; name: string; change: 'new' | 'changed' | 'same' }[]
}

export interface OrderSheet extends SheetAnswer {
  taken: {
    number: string
    outcome: 'opened' | 'updated' | 'same' | 'refused'
    case_id: string | null
    case_number: string | null
    errors: { pointer: string; detail: string }[]
  }[]
}

export interface ReportPlace {
  id: string
  code: string
  name: string
  url: string
  made_at: string
}

export interface Spot {
  lng: number
  lat: number
  address: string
}

export interface AlertSource {
  id: string
  name: string
  grid_id: string
  devices: Record<string, Spot>
  made_at: string
}

export interface AlertCall {
  id: string
  at: string
  address: string
  message_id: string
  outcome: 'opened' | 'signature' | 'timestamp' | 'replay' | 'content'
  detail: string
  case_id: string | null
}

/** Somebody's find; photos in base64. */
export interface NewFind {
  source: 'supervisor' | 'level'
  item_code: string
  grid_id: string
  text: string
  address: string | null
  lng: number | null
  lat: number | null
  photos: string[]
}

export interface CaseOrigin {
  source: string
  external_number: string | null
  received_at: string | null
  contact_name: string | null
  contact_phone: string | null
  kind: string | null
  picture_url: string | null
}

export interface Caller {
  contact_name: string | null
  contact_phone: string | null
}

export interface Duplicate {
  id: string
  number: string
  title: string
  state: string
  source: string
  address: string | null
  captured_at: string
  metres: number
  minutes_apart: number
}
