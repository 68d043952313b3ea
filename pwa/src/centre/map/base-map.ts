import type { LngLatBoundsLike, Map as MapLibreMap, StyleSpecification } from 'maplibre-gl'
import { LABEL_FONTS, loadMapLibre } from '../../map/maplibre'
import type { TownMap } from '../../api/desk-records'
import { markImage, markNames } from '../../map/marks'
import { townMap } from './town'

const GRID_LABEL_ZOOM = 13.5

/** Our own polygons on plain paper: no tiles are fetched from anywhere. */
function styleOf(town: TownMap): StyleSpecification {
  return {
    version: 8,
    sources: {
      units: { type: 'geojson', data: town.units },
      grids: { type: 'geojson', data: town.grids, promoteId: 'id' },
    },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': '#e9edeb' } },
      { id: 'unit-fill', type: 'fill', source: 'units', paint: { 'fill-color': '#fbfdfb' } },
      {
        id: 'grid-fill',
        type: 'fill',
        source: 'grids',
        paint: { 'fill-color': '#0a5546', 'fill-opacity': ['case', ['boolean', ['feature-state', 'chosen'], false], 0.16, 0.03] },
      },
      { id: 'grid-line', type: 'line', source: 'grids', paint: { 'line-color': '#9db5ad', 'line-width': 1, 'line-dasharray': [3, 2] } },
      { id: 'unit-line', type: 'line', source: 'units', paint: { 'line-color': '#4f6b62', 'line-width': 1.6 } },
    ],
  }
}

function labels(map: MapLibreMap): void {
  const text = { 'text-font': ['sans'], 'text-field': ['get', 'name'] as ['get', string] }
  const paint = { 'text-color': '#2c3a35', 'text-halo-color': '#fff', 'text-halo-width': 1.5 }
  map.addLayer({
    id: 'unit-label', type: 'symbol', source: 'units', filter: ['==', ['get', 'kind'], 'village'], maxzoom: GRID_LABEL_ZOOM, layout: { ...text, 'text-size': 13 }, paint,
  })
  map.addLayer({
    id: 'grid-label', type: 'symbol', source: 'grids', minzoom: GRID_LABEL_ZOOM, layout: { ...text, 'text-size': 12 }, paint,
  })
}

async function marks(map: MapLibreMap): Promise<void> {
  const images = await Promise.all(markNames.map(async (name) => ({ name, image: await markImage(name) })))
  for (const { name, image } of images) map.addImage(name, image, { pixelRatio: 2 })
}

/** Opens a map of the town in `container`, with marks and labels ready; throws where there is no WebGL. */
export async function openMap(
  container: HTMLElement,
  options: { label: string; interactive: boolean; bounds?: LngLatBoundsLike },
): Promise<MapLibreMap> {
  const [library, town] = await Promise.all([loadMapLibre(), townMap()])
  const map = new library.Map({
    container,
    style: styleOf(town),
    bounds: options.bounds ?? town.bounds,
    fitBoundsOptions: { padding: 24, maxZoom: 16 },
    interactive: options.interactive,
    attributionControl: false,
    localIdeographFontFamily: LABEL_FONTS,
    dragRotate: false,
    locale: { 'Map.Title': options.label }, // two maps on one screen have two names
  })
  await map.once('load')
  await marks(map)
  labels(map)
  return map
}
