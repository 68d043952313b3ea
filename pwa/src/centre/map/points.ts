import type { Feature, FeatureCollection, Point } from 'geojson'
import type { CasePoints, HousePoints, Worker } from '../../api/desk-records'
import type { MarkName } from '../../map/marks'

export type PointLayer = 'houses' | 'cases' | 'workers'
export type MarkedPoints = FeatureCollection<Point, { select: string; mark: MarkName; name: string }>

function collect(features: MarkedPoints['features']): MarkedPoints {
  return { type: 'FeatureCollection', features }
}

/** Houses by state. */
export function housePoints(houses: HousePoints): MarkedPoints {
  return collect(
    houses.features.map((feature): MarkedPoints['features'][number] => ({
      ...feature,
      properties: {
        select: `house:${feature.properties.id}`,
        mark: `house-${feature.properties.state}`,
        name: feature.properties.address,
      },
    })),
  )
}

/** Open hazards by severity. */
export function casePoints(cases: CasePoints): MarkedPoints {
  return collect(
    cases.features.map((feature): MarkedPoints['features'][number] => ({
      ...feature,
      properties: {
        select: `case:${feature.properties.id}`,
        mark: `case-${feature.properties.severity}`,
        name: feature.properties.title,
      },
    })),
  )
}

/** Workers where they were last seen; one that was never seen has no place on a map. */
export function workerPoints(workers: readonly Worker[]): MarkedPoints {
  return collect(
    workers.flatMap((worker): Feature<Point, MarkedPoints['features'][number]['properties']>[] =>
      worker.last_seen
        ? [
            {
              type: 'Feature',
              properties: {
                select: `worker:${worker.id}`,
                mark: worker.on_duty ? 'worker-on' : 'worker-off',
                name: worker.name,
              },
              geometry: { type: 'Point', coordinates: [worker.last_seen.lng, worker.last_seen.lat] },
            },
          ]
        : [],
    ),
  )
}

/** How many points carry each mark, for the legend. */
export function countMarks(points: MarkedPoints): Partial<Record<MarkName, number>> {
  const counts: Partial<Record<MarkName, number>> = {}
  for (const { properties } of points.features) counts[properties.mark] = (counts[properties.mark] ?? 0) + 1
  return counts
}
