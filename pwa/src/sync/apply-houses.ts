/** What the mutations of the register do to what the worker sees, before the server has answered. */
import { maskName, REVIEWED, shownFact } from '../domain/house'
import type { HouseFacts, Mutation, RoomFacts } from '../domain/mutations'
import type { House, Row } from '../domain/records'
import type { RecordView } from './apply'

type Of<N extends Mutation['name']> = Extract<Mutation, { name: N }>

function shown(facts: Partial<HouseFacts>): Partial<House> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, shownFact(name, value)]))
}

function putRooms(view: RecordView, house_id: string, rooms: readonly RoomFacts[]): void {
  for (const { room_id: id, ...facts } of rooms) view.put('room', { id, house_id, ...facts })
}

function changeHouse(view: RecordView, id: string, change: (house: Row<'house'>) => Partial<House>): void {
  const house = view.get('house', id)
  if (house) view.put('house', { ...house, ...change(house) })
}

/** Adds a house that has no number and no door code yet. */
export function registerHouse(view: RecordView, { args }: Of<'house.register'>): void {
  const { house_id: id, grid_id, lng, lat, facts, rooms } = args
  if (!view.get('house', id)) {
    view.put('house', {
      ...facts, ...shown(facts), id, code: '', village_name: view.get('grid', grid_id)?.village_name ?? '', grid_id, micro_grid_id: null,
      lng, lat, state: 'unchecked', last_inspected_at: null, next_due_on: null, occupant_count: 0, open_cases: 0,
    })
  }
  putRooms(view, id, rooms)
}

/** Changes what the centre need not decide, and says of the rest that it waits. */
export function correctHouse(view: RecordView, { args }: Of<'house.correct'>): void {
  const changes = Object.entries(args.changes)
  const waiting = changes.map(([name]) => name).filter((name) => REVIEWED.includes(name))
  const plain = Object.fromEntries(changes.filter(([name]) => !REVIEWED.includes(name)))
  changeHouse(view, args.house_id, ({ pending = [] }) => ({ ...shown(plain), pending: [...new Set([...pending, ...waiting])] }))
  putRooms(view, args.house_id, args.rooms)
}

function leave(view: RecordView, id: string, until: string): boolean {
  const person = view.get('occupant', id)
  if (person?.until !== null) return false
  view.put('occupant', { ...person, until })
  return true
}

/** Let anew, those who lived there have left; whether it is gone the centre decides. */
export function houseHappened(view: RecordView, { args }: Of<'house.event'>): void {
  if (args.kind !== 'relet') {
    changeHouse(view, args.house_id, ({ pending = [] }) => ({ pending: [...new Set([...pending, 'ended'])] }))
    return
  }
  const left = args.left.filter((id) => leave(view, id, args.on)).length
  changeHouse(view, args.house_id, ({ occupant_count: n }) => ({ lease_since: args.on, lease_until: null, occupant_count: n - left }))
}

/** Adds who lives there, masked as the server will tell it. */
export function moveIn(view: RecordView, { args }: Of<'occupant.move_in'>): void {
  const { occupant_id: id, name, ...facts } = args
  if (view.get('occupant', id)) return
  view.put('occupant', { ...facts, id, name_masked: maskName(name), until: null })
  changeHouse(view, args.house_id, ({ occupant_count: n }) => ({ occupant_count: n + 1 }))
}

/** Notes who has left. */
export function moveOut(view: RecordView, { args }: Of<'occupant.move_out'>): void {
  if (leave(view, args.occupant_id, args.until)) changeHouse(view, args.house_id, ({ occupant_count: n }) => ({ occupant_count: n - 1 }))
}
