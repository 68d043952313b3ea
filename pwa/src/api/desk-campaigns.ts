/** Campaigns and recurring plans, as `/api/campaigns` and `/api/plans` have them. */
import type { HouseState, TaskForm, TaskKind, VisitResult } from '../domain/records'
import type { Named } from './desk-records'

export type HouseholdState = 'open' | VisitResult

/** How many households stand where; `percent` is the share of those met. */
export type Coverage = Record<HouseholdState, number> & { total: number; percent: number | null }

export interface CampaignRow {
  id: string
  name: string
  text: string
  starts_on: string
  ends_on: string
  created_at: string
  closed_at: string | null
  created_by: Named
  coverage: Coverage
}

export type CampaignShare = Named & { coverage: Coverage }

export interface Campaign extends CampaignRow {
  villages: CampaignShare[]
  grids: CampaignShare[]
}

export interface Household {
  id: string
  house_id: string
  address: string
  state: HouseholdState
  attempts: number
  next_on: string | null
  note: string | null
  visited_at: string | null
  visited_by: string | null
  village: Named | null
  grid: Named | null
}

export interface NewCampaign {
  id: string
  name: string
  text: string
  starts_on: string
  ends_on: string
  village_ids: string[]
  grid_ids: string[]
  form_id: string | null
}

export type Every = 'working_days' | 'weekdays' | 'month_day'

export interface Plan {
  id: string
  grid: Named
  assignee: Named | null
  kind: TaskKind
  title: string
  every: Every
  count: number
  weekdays: number[] | null
  month_day: number | null
  minute: number
  house_states: HouseState[] | null
  form: TaskForm | null
  ends_on: string | null
  paused: boolean
  coming: string[]
}

export interface NewPlan {
  id: string
  grid_id: string
  kind: TaskKind
  title: string
  text: string
  every: Every
  count: number
  weekdays: number[] | null
  month_day: number | null
  /** Of the day in China. */
  minute: number
  hours: number
  assignee_id: string | null
  house_states: HouseState[] | null
  starts_on: string
  ends_on: string | null
  form_id: string | null
}
