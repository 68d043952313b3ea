/** The one door to MapLibre: loaded when a map is first shown, with its worker served from our own origin. */
import type * as MapLibre from 'maplibre-gl'

let loading: Promise<typeof MapLibre> | undefined

/** Loads the library, its stylesheet and its worker once; every later call answers the same promise. */
export function loadMapLibre(): Promise<typeof MapLibre> {
  loading ??= Promise.all([
    import('maplibre-gl'),
    import('maplibre-gl/dist/maplibre-gl-worker.mjs?url'),
    import('maplibre-gl/dist/maplibre-gl.css'),
  ]).then(([library, worker]) => {
    library.setWorkerUrl(worker.default)
    return library
  })
  return loading
}

/** Drawn by the browser's own fonts: no glyph server exists, and none may be asked. */
export const LABEL_FONTS = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
