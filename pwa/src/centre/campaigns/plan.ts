/** A recurring task as its form has it, and as the centre takes it. */
import type { NewPlan } from '../../api/desk-campaigns'

/** Blank where something is left open; `time` is the wall clock in China, "08:00". */
export interface EnteredPlan extends Required<Omit<NewPlan, 'id' | 'weekdays' | 'month_day' | 'minute' | 'house_states'>> {
  assignee_id: string
  form_id: string
  ends_on: string
  weekdays: number[]
  month_day: number
  time: string
  house_states: NonNullable<NewPlan['house_states']>
}

/** What a new plan begins with: every Monday at eight, for whoever of the grid takes it. */
export function blankPlan(grid_id: string, today: string): EnteredPlan {
  return {
    title: '', text: '', kind: 'patrol', grid_id, assignee_id: '', every: 'weekdays', count: 1, weekdays: [0], month_day: 1,
    time: '08:00', hours: 10, house_states: [], form_id: '', starts_on: today, ends_on: '',
  }
}

/** The minute of the day that a clock shows; null where it shows none. */
export function minuteOf(time: string): number | null {
  const [, hour, minute] = /^(\d{2}):(\d{2})$/.exec(time) ?? []
  return hour === undefined ? null : Number(hour) * 60 + Number(minute)
}

/** What a clock shows at a minute of the day. */
export function clockAt(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')
}

/** The request of a filled form: of its rule only what this rhythm goes by. */
export function planOf(id: string, { time, ...form }: EnteredPlan): NewPlan {
  return {
    ...form,
    id,
    title: form.title.trim(),
    text: form.text.trim(),
    assignee_id: form.assignee_id || null,
    count: form.every === 'working_days' ? form.count : 1,
    weekdays: form.every === 'weekdays' ? [...form.weekdays].sort() : null,
    month_day: form.every === 'month_day' ? form.month_day : null,
    minute: minuteOf(time) ?? 0,
    house_states: form.house_states.length > 0 ? form.house_states : null,
    form_id: form.form_id || null,
    ends_on: form.ends_on || null,
  }
}
