/** A map of a few grids, drawn from the phone's own records: it works without any network. */
import type { Feature, FeatureCollection, Point } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibreMap, StyleSpecification } from 'maplibre-gl'
import type { GeoPolygon, LngLat } from '../domain/geo'
import { LABEL_FONTS, loadMapLibre } from './maplibre'
import { markImage, markNames, type MarkName, type StopName } from './marks'

export interface GridShape {
  id: string
  name: string
  geometry: GeoPolygon
}

export interface MapPoint extends LngLat {
  id: string
  mark: MarkName | StopName
}

export type Box = [west: number, south: number, east: number, north: number]

/** The smallest box around all grids; null without any. */
export function boundsOf(grids: readonly GridShape[]): Box | null {
  const corners = grids.flatMap((grid) => grid.geometry.coordinates.flat())
  const lngs = corners.map(([lng = Number.NaN]) => lng)
  const lats = corners.map(([, lat = Number.NaN]) => lat)
  if (corners.length === 0) return null
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
}

function gridFeatures(grids: readonly GridShape[]): FeatureCollection {
  const features = grids.map(
    ({ name, geometry }): Feature => ({ type: 'Feature', geometry, properties: { name } }),
  )
  return { type: 'FeatureCollection', features }
}

function pointFeatures(points: readonly MapPoint[]): FeatureCollection<Point> {
  const features = points.map(
    ({ id, mark, lng, lat }): Feature<Point> => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lng, lat] },
      properties: { id, mark },
    }),
  )
  return { type: 'FeatureCollection', features }
}

function lineFeatures(places: readonly LngLat[]): FeatureCollection {
  const coordinates = places.map(({ lng, lat }) => [lng, lat])
  const line: Feature = { type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: {} }
  return { type: 'FeatureCollection', features: coordinates.length > 1 ? [line] : [] }
}

function styleOf(grids: readonly GridShape[]): StyleSpecification {
  const nothing = pointFeatures([])
  return {
    version: 8,
    sources: {
      grids: { type: 'geojson', data: gridFeatures(grids) },
      points: { type: 'geojson', data: nothing },
      here: { type: 'geojson', data: nothing },
      way: { type: 'geojson', data: nothing },
    },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': '#e9edeb' } },
      { id: 'grid-fill', type: 'fill', source: 'grids', paint: { 'fill-color': '#fbfdfb' } },
      { id: 'grid-line', type: 'line', source: 'grids', paint: { 'line-color': '#0a5546', 'line-width': 2 } },
      { id: 'way', type: 'line', source: 'way', paint: { 'line-color': '#0b4fd6', 'line-width': 3, 'line-dasharray': [2, 1] } },
    ],
  }
}

/** Added after the load: a style that holds texts is refused without an address of glyphs, and we have none. */
function addMarks(map: MapLibreMap): void {
  // Far out marks shrink, so that a village stays readable; close by they are as large as a finger needs.
  const size: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 13, 0.5, 17, 1.15]
  const layout = { 'icon-allow-overlap': true, 'icon-size': size }
  map.addLayer({
    id: 'points', type: 'symbol', source: 'points', layout: { ...layout, 'icon-image': ['get', 'mark'] },
  })
  map.addLayer({
    id: 'grid-label', type: 'symbol', source: 'grids',
    layout: { 'text-field': ['get', 'name'], 'text-font': ['sans'], 'text-size': 16 },
    paint: { 'text-color': '#16201d', 'text-halo-color': '#fff', 'text-halo-width': 2 },
  })
  map.addLayer({ id: 'here', type: 'symbol', source: 'here', layout: { ...layout, 'icon-image': 'worker-on' } })
}

/** Opens the map in `container`; rejects where there is no WebGL. */
export async function openGridMap(container: HTMLElement, grids: readonly GridShape[], view: Box): Promise<MapLibreMap> {
  const library = await loadMapLibre()
  const map = new library.Map({
    container,
    style: styleOf(grids),
    bounds: view,
    fitBoundsOptions: { padding: 24, maxZoom: 17 },
    maxZoom: 19,
    attributionControl: false,
    localIdeographFontFamily: LABEL_FONTS,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
  })
  const images = Promise.all(markNames.map(async (name) => ({ name, image: await markImage(name) })))
  await map.once('load')
  for (const { name, image } of await images) map.addImage(name, image, { pixelRatio: 2 })
  // Numbers of stops are drawn when they are asked for: a walk may have any.
  map.setMissingStyleImageResolver(async (id) => {
    const image = await markImage(id as StopName)
    if (!map.hasImage(id)) map.addImage(id, image, { pixelRatio: 2 })
  })
  addMarks(map)
  return map
}

/** Puts points, or the worker's own place, on the map. */
export function showPoints(map: MapLibreMap, source: 'points' | 'here', points: readonly MapPoint[]): void {
  void map.getSource<GeoJSONSource>(source)?.setData(pointFeatures(points))
}

/** Draws a walk through these places, in their order. */
export function showLine(map: MapLibreMap, places: readonly LngLat[]): void {
  void map.getSource<GeoJSONSource>('way')?.setData(lineFeatures(places))
}
