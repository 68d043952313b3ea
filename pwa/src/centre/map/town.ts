import type { Position } from 'geojson'
import { desk } from '../../api/desk'
import { inPolygon, type LngLat } from '../../domain/geo'
import type { TownMap } from '../../api/desk-records'

let asked: Promise<TownMap> | undefined

/** The polygons of the part of the town one sees; fetched once, because they change with reforms, not with days. */
export function townMap(): Promise<TownMap> {
  asked ??= desk.map().catch((failure: unknown) => {
    asked = undefined
    throw failure
  })
  return asked
}

type Grid = TownMap['grids']['features'][number]

function polygonsOf({ geometry }: Grid): Position[][][] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
}

/** Which of the `known` grids a place lies in; null outside of all. Micro-grids lie over their grid, and are none. */
export function gridAt(place: LngLat, town: TownMap, known: ReadonlySet<string>): string | null {
  const around = town.grids.features.find((grid) =>
    known.has(grid.properties.id) && polygonsOf(grid).some((coordinates) => inPolygon(place, { type: 'Polygon', coordinates })),
  )
  return around?.properties.id ?? null
}

/** The smallest box around a grid; null where there is none of that id. */
export async function boundsOfGrid(id: string): Promise<[number, number, number, number] | null> {
  const grid = (await townMap()).grids.features.find(({ properties }) => properties.id === id)
  if (!grid) return null
  const corners = polygonsOf(grid).flat(2)
  const lngs = corners.map(([lng = 0]) => lng)
  const lats = corners.map(([, lat = 0]) => lat)
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
}
