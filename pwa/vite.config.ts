import vue from '@vitejs/plugin-vue'
import { mergeConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** Where `npm run dev` finds the centre: what `make demo` serves. */
const centre = process.env.GRIDFIELD_URL ?? 'http://127.0.0.1:8000'

/** The field app with its service worker, into an empty dist/. */
const field: ViteUserConfig = {
  plugins: [
    vue(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,mjs,wasm,css,json,svg,png,woff2,webmanifest}'],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  build: { rolldownOptions: { input: 'field.html' } },
}

/** The desk beside it, with `--mode centre`: apart, so that the phone carries no part of Vue for the desk's sake. */
const desk: ViteUserConfig = {
  plugins: [vue()],
  build: {
    emptyOutDir: false,
    copyPublicDir: false,
    manifest: '.vite/centre.json',
    rolldownOptions: { input: 'centre.html' },
  },
}

/** The desk's service worker, in one file below the desk's own addresses: it may stand for those and no others. */
const bell: ViteUserConfig = {
  build: {
    emptyOutDir: false,
    copyPublicDir: false,
    manifest: false,
    rolldownOptions: {
      input: 'src/sw/desk.ts',
      output: { format: 'iife', entryFileNames: 'centre/sw.js' },
    },
  },
}

/** The residents' page behind a QR code: alone, so that it opens at once. */
const report: ViteUserConfig = {
  build: {
    emptyOutDir: false,
    copyPublicDir: false,
    manifest: '.vite/report.json',
    rolldownOptions: { input: 'report.html' },
  },
}

const apps: Partial<Record<string, ViteUserConfig>> = { centre: desk, bell, report }

const both: ViteUserConfig = {
  resolve: {
    // The same library without what browsers older than ours need.
    alias: { dexie: 'dexie/dist/modern/dexie.mjs' },
  },
  define: {
    // Parts of Vue that no screen uses: left out of the phone's first load.
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
  },
  build: {
    target: ['chrome87', 'safari15'],
    manifest: true,
    chunkSizeWarningLimit: 1200, // MapLibre, loaded when a map is first shown
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
}

export default defineConfig(({ mode }) => mergeConfig(both, apps[mode] ?? field))
