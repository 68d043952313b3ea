/** Houses, their rooms and occupants, and standard addresses from a sheet, as the centre has them. */
import type { SheetAnswer } from './desk-sources'

export const IMPORT_KINDS = ['create', 'change', 'same', 'refused', 'twin'] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]

export const IMPORT_ABOUTS = ['houses', 'rooms', 'occupants'] as const
export type ImportAbout = (typeof IMPORT_ABOUTS)[number]

export interface HouseImport {
  id: string
  about: ImportAbout
  name: string
  state: 'reading' | 'ready' | 'taking' | 'done' | 'failed'
  /** How far a worker is with it, from 0 to 1. */
  progress: number | null
  counts: Partial<Record<ImportKind | 'total', number>>
  /** Heads of the file that no column has. */
  unused: string[]
  problem: string | null
  made_at: string
  ended_at: string | null
}

type Fact = string | number | null

export interface ImportLine {
  number: number
  kind: Exclude<ImportKind, 'twin'>
  code: string
  address: string
  /** Of the room or the person that the line is about. */
  name: string
  house_id: string | null
  /** From what to what; what stood of people is masked. */
  changes: Record<string, [Fact, Fact]>
  twin: { address: string; code: string | null; line: number | null } | null
  errors: { name: string; column: string | null; head: string; detail: string }[]
}

export interface StandardAddress {
  id: string
  text: string
}

export interface AddressSheet extends SheetAnswer {
  new: number
  same: number
  /** How many houses have one of its addresses. */
  matched: number
}
