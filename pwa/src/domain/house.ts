/** What the phone does with the facts of a house, as backend/houses/facts.py does. */

/** Only the centre changes these: what is found otherwise at the door waits for its word. */
export const REVIEWED: readonly string[] = ['address', 'landlord_name', 'building_kind', 'floors', 'area_m2', 'room_count', 'bed_count']

/** 张三 becomes 张*. */
export function maskName(name: string): string {
  return name && name.slice(0, 1) + '*'.repeat(Math.max(name.length - 1, 1))
}

/** 13812341234 becomes 138****1234. */
function maskPhone(phone: string): string {
  return phone && `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

const masks: Record<string, (text: string) => string> = {
  landlord_name: maskName, landlord_phone: maskPhone, agent_name: maskName, agent_phone: maskPhone,
}

/** A fact as the server tells it to phones. */
export function shownFact(name: string, value: string | number | null): string | number | null {
  const mask = masks[name]
  return mask && typeof value === 'string' ? mask(value) : value
}
