import { describe, expect, it } from 'vitest'
import type { Worker } from '../../src/api/desk-records'
import { rankWorkers, shanghaiAt, shanghaiToUtc, type AssignForm } from '../../src/centre/tasks/assign'
import { taskOf } from '../../src/centre/tasks/send-task'

const NOW = Date.parse('2026-11-22T17:30:00Z') // 01:30 on the 23rd in Shanghai

const worker = (id: string, grid: string, on_duty: boolean, open_tasks: number): Worker => ({
  id,
  name: id,
  kind: 'full_time',
  grids: [{ id: grid, name: grid }],
  on_duty,
  patrol_id: null,
  last_seen: null,
  last_sync_at: null,
  open_tasks,
})

describe('whom to send', () => {
  const north = { id: 'v1', name: '北村' }
  const grids = [
    { id: 'g1', name: '第一网格', village: north },
    { id: 'g2', name: '第二网格', village: north },
    { id: 'g3', name: '第一网格', village: { id: 'v2', name: '南村' } },
  ]
  const workers = [
    worker('far-idle', 'g3', true, 0),
    worker('own-off', 'g1', false, 0),
    worker('own-busy', 'g1', true, 5),
    worker('own-free', 'g1', true, 1),
    worker('village', 'g2', true, 0),
  ]

  it('is the grid’s own, on duty, least loaded; then the village; then the rest', () => {
    expect(rankWorkers(workers, 'g1', grids).map(({ id }) => id)).toEqual([
      'own-free', 'own-busy', 'own-off', 'village', 'far-idle',
    ])
  })

  it('is whoever is on duty with least to do when no grid is named', () => {
    expect(rankWorkers(workers, null, grids).map(({ id }) => id).slice(0, 2)).toEqual(['far-idle', 'village'])
    expect(rankWorkers(workers, null, grids).at(-1)?.id).toBe('own-off')
  })
})

describe('by when', () => {
  it('counts days and hours on the wall clock of Shanghai', () => {
    expect(shanghaiAt(NOW, 1, 18)).toBe('2026-11-24 18:00')
    expect(shanghaiToUtc('2026-11-24 18:00')).toBe('2026-11-24T10:00:00.000Z')
    expect(shanghaiToUtc('')).toBe('')
  })
})

describe('the request', () => {
  const form: AssignForm = {
    kind: 'verify', title: ' 核实 ', text: '', whom: 'one', workers: ['w'], departments: [], for_grid_id: 'g', form_id: '', checklist_id: '',
    house_id: '', place: ' ', due: '2026-11-24 18:00', urgency: 'urgent',
  }

  it('carries the spot only where no house stands for it, and no blanks', () => {
    const task = taskOf('id', form, { lng: 121.05, lat: 32.1, case: { id: 'c', number: '1', title: 'x' } }, NOW)
    expect(task).toEqual({
      id: 'id', kind: 'verify', title: '核实', text: '', assignee_id: 'w', case_id: 'c', urgency: 'urgent',
      due_at: '2026-11-24T10:00:00.000Z',
      position: { lng: 121.05, lat: 32.1, accuracy: null, at: '2026-11-22T17:30:00.000Z', source: 'map' },
    })
    expect(taskOf('id', { ...form, house_id: 'h' }, { lng: 121.05, lat: 32.1 }, NOW)).not.toHaveProperty('position')
  })

  it('names the first of several as the one who answers for it, and of a grid nobody', () => {
    const joint = taskOf('id', { ...form, whom: 'several', workers: ['b', 'a', 'c'] }, {}, NOW)
    expect(joint).toMatchObject({ assignee_id: 'b', partner_ids: ['a', 'c'] })
    expect(joint).not.toHaveProperty('for_grid_id')

    const offered = taskOf('id', { ...form, whom: 'grid', form_id: 'f' }, {}, NOW)
    expect(offered).toMatchObject({ for_grid_id: 'g', form_id: 'f' })
    expect(offered).not.toHaveProperty('assignee_id')
  })

  it('asks for a checklist only where a house is inspected, and then for no form besides', () => {
    const asked = { ...form, kind: 'inspect' as const, house_id: 'h', checklist_id: 'l', form_id: 'f' }
    expect(taskOf('id', asked, {}, NOW)).toMatchObject({ checklist_id: 'l' })
    expect(taskOf('id', asked, {}, NOW)).not.toHaveProperty('form_id')
    for (const other of [{ kind: 'visit' as const }, { house_id: '' }, { checklist_id: '' }]) {
      const task = taskOf('id', { ...asked, ...other }, {}, NOW)
      expect(task).not.toHaveProperty('checklist_id')
      expect(task).toMatchObject({ form_id: 'f' })
    }
  })
})
