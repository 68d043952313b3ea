import { desk } from '../../api/desk'
import type { FigureCounts, FigureRow, Figures, LateGroup, Overview } from '../../api/desk-oversight'
import { presetPeriod, type Period } from '../oversight/period'

/** What a head reads in a minute, and of which days. */
export interface Brief {
  days: Record<'today' | 'month' | 'weeks', Period>
  overview: Overview
  today: FigureRow[]
  month: FigureRow[]
  villages: FigureRow[]
  items: FigureRow[]
  weeks: FigureRow[]
  late: LateGroup[]
}

export interface Ranked {
  key: string
  name: string
  open: number
  late: number
}

const NONE: FigureCounts = { code: '', numerator: 0, denominator: 0 }

/** Asks for all numbers of the page at once. */
export async function loadBrief(now: number): Promise<Brief> {
  const days = {
    today: presetPeriod('today', now),
    month: presetPeriod('month', now),
    weeks: presetPeriod('weeks', now),
  }
  const by = (which: keyof typeof days, group: string): Promise<Figures> => desk.figures({ ...days[which], by: group })
  const [overview, today, month, villages, items, weeks, late] = await Promise.all([
    desk.overview(), by('today', 'source'), by('month', 'source'), by('weeks', 'village'), by('weeks', 'item'), by('weeks', 'week'), desk.lateGroups(),
  ])
  return {
    days, overview, today: today.rows, month: month.rows, villages: villages.rows, items: items.rows, weeks: weeks.rows, late: late.groups,
  }
}

/** One figure of a group; of all together when no group is named. */
export function countsOf(rows: readonly FigureRow[], figure: string, key = ''): FigureCounts {
  const row = rows.find((one) => one.key === key)
  return row?.figures.find(({ code }) => code === figure) ?? { ...NONE, code: figure }
}

/** Where most of what was found is still open, the worst first; nobody with nothing open is among them. */
export function worst(rows: readonly FigureRow[], most = 3): Ranked[] {
  return rows
    .filter(({ key }) => key !== '')
    .map(({ key, name, figures }) => {
      const { numerator, denominator } = figures.find(({ code }) => code === 'mend_overdue') ?? NONE
      return { key, name, open: denominator, late: numerator }
    })
    .filter(({ open }) => open > 0)
    .sort((one, other) => other.open - one.open || other.late - one.late || one.name.localeCompare(other.name, 'zh-CN'))
    .slice(0, most)
}

export interface Week {
  monday: string
  found: number
  mended: number
}

/** The weeks that begin on these days, with or without anything found in them. */
export function weeksOf(rows: readonly FigureRow[], mondays: readonly string[]): Week[] {
  return mondays.map((monday) => {
    const { numerator, denominator } = countsOf(rows, 'mended', monday)
    return { monday, found: denominator, mended: numerator }
  })
}
