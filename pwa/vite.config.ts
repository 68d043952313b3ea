import { readFileSync } from 'node:fs'

import vue from '@vitejs/plugin-vue'
import type { Manifest } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import type { ManifestTransform } from 'workbox-build'

/** Where `npm run dev` finds the centre: what `make demo` serves. */
const centre = process.env.GRIDFIELD_URL ?? 'http://127.0.0.1:8000'

/** Files in dist/ that an entry page reaches, also later through a dynamic import. */
function reachedFrom(page: string): Set<string> {
  const path = new URL('dist/.vite/manifest.json', import.meta.url)
  const chunks = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  const files = new Set<string>()
  const seen = new Set<string>()
  const queue = [page]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const chunk = chunks[name]
    if (!chunk || seen.has(name)) continue
    seen.add(name)
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file)
    queue.push(...(chunk.imports ?? []), ...(chunk.dynamicImports ?? []))
  }
  return files
}

/** Keeps out of the phone's store what the desk alone reaches. */
const withoutDesk: ManifestTransform = (entries) => {
  const field = reachedFrom('field.html')
  const desk = reachedFrom('centre.html')
  return { manifest: entries.filter(({ url }) => field.has(url) || !desk.has(url)) }
}

export default defineConfig({
  plugins: [
    vue(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,mjs,css,json,svg,png,woff2,webmanifest}'],
        globIgnores: ['centre.html'],
        manifestTransforms: [withoutDesk],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  define: {
    // A part of Vue that no screen uses: left out of the phone's first load.
    __VUE_PROD_DEVTOOLS__: false,
  },
  build: {
    target: ['chrome87', 'safari15'],
    manifest: true,
    chunkSizeWarningLimit: 1200, // MapLibre, loaded when a map is first shown
    rolldownOptions: {
      input: { field: 'field.html', centre: 'centre.html' },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/sync', '/live', '/problems'].map((path) => [path, { target: centre }]),
    ),
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['fake-indexeddb/auto'],
    include: ['tests/**/*.test.ts'],
    env: { TZ: 'UTC' },
    testTimeout: 60_000, // what a slow machine takes longer for is no failure
  },
})
