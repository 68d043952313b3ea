/** A house being written down: what stands in its form, and what is sent of it. */
import type { LngLat } from '../../domain/geo'
import type { HouseFacts, HousePatch } from '../../domain/mutations'
import type { House } from '../../domain/records'

export const BUILDINGS = ['自建房', '商品住宅', '安置房', '集体宿舍', '公寓', '商住房']
export const RELATIONS = ['承租人', '配偶', '子女', '父母', '同事', '朋友', '其他']
export const ORIGINS = ['本市', '本省', '安徽', '河南', '四川', '贵州', '云南', '江西', '湖北', '湖南', '山东', '其他']

const TEXTS = ['address', 'building_kind', 'landlord_name', 'landlord_phone', 'agent_name', 'agent_phone'] as const
const NUMBERS = ['floors', 'area_m2', 'room_count', 'bed_count', 'extinguishers'] as const
const DAYS = ['lease_since', 'lease_until'] as const
const NAMES = [...TEXTS, ...NUMBERS, ...DAYS]

export type HouseField = (typeof NAMES)[number]
/** As typed in. */
export type HouseForm = Record<HouseField, string>

export interface HouseWork {
  house_id: string
  picked: LngLat | null
  form: HouseForm
}

/** Nothing is known of it, or what the phone was told. */
export function formOf(house?: Partial<Record<HouseField, unknown>>): HouseForm {
  const told = house as Partial<Record<HouseField, string | number | null>> | undefined
  return Object.fromEntries(NAMES.map((name) => [name, String(told?.[name] ?? '')])) as HouseForm
}

const NEEDED: readonly HouseField[] = ['address', 'building_kind', 'landlord_name', 'floors', 'area_m2', 'room_count', 'bed_count']
const WHOLE: readonly HouseField[] = ['floors', 'room_count', 'bed_count', 'extinguishers']
const PHONE = /^(\+?[0-9][0-9 -]{4,18})?$/

function isWrong(name: HouseField, text: string): boolean {
  if (name === 'landlord_phone' || name === 'agent_phone') return !PHONE.test(text)
  if (!(NUMBERS as readonly string[]).includes(name) || text === '') return false
  const value = Number(text)
  const least = name === 'floors' || name === 'area_m2' ? 1 : 0
  return !(value >= least && value <= 100_000) || (WHOLE.includes(name) && !Number.isInteger(value))
}

/** What is missing or cannot be, by field; `but` are as they were told, masked or not. */
export function gapsIn(form: HouseForm, but?: HouseForm): Partial<Record<HouseField, 'missing' | 'wrong'>> {
  const gaps: Partial<Record<HouseField, 'missing' | 'wrong'>> = {}
  for (const name of NAMES) {
    const text = form[name].trim()
    if (text === but?.[name]) continue
    if (text === '' && NEEDED.includes(name)) gaps[name] = 'missing'
    else if (isWrong(name, text)) gaps[name] = 'wrong'
  }
  return gaps
}

function value(name: HouseField, text: string): string | number | null {
  const trimmed = text.trim()
  if ((NUMBERS as readonly string[]).includes(name)) return Number(trimmed)
  return (DAYS as readonly string[]).includes(name) ? trimmed || null : trimmed
}

/** All of the form, as a registration sends it. */
export function factsOf(form: HouseForm): HouseFacts {
  return Object.fromEntries(NAMES.map((name) => [name, value(name, form[name])])) as unknown as HouseFacts
}

/** What differs from what was told, and what was told of the same. */
export function patchOf(form: HouseForm, house: House): { changes: HousePatch; seen: Record<string, string | number | null> } {
  const told = formOf(house)
  const changed = NAMES.filter((name) => form[name].trim() !== told[name])
  const row = house as Partial<Record<HouseField, string | number | null>>
  return {
    changes: Object.fromEntries(changed.map((name) => [name, value(name, form[name])])),
    seen: Object.fromEntries(changed.map((name) => [name, row[name] ?? null])),
  }
}
