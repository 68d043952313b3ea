import vue from '@vitejs/plugin-vue'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

/** Where `npm run dev` finds the centre: what `make demo` serves. */
const centre = process.env.GRIDFIELD_URL ?? 'http://127.0.0.1:8000'

/** True for modules that only the desk loads: the phone must not store them. */
function belongsToDesk(path: string): boolean {
  return /\/src\/centre\/|\/src\/api\/desk|\/i18n\/[^/]+\/centre-|element-plus/.test(path)
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
        globIgnores: ['centre.html', 'assets/centre/**'],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  build: {
    target: ['chrome87', 'safari15'],
    manifest: true,
    rolldownOptions: {
      input: { field: 'field.html', centre: 'centre.html' },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'centre' ? 'assets/centre/[name]-[hash].js' : 'assets/[name]-[hash].js',
        chunkFileNames: (chunk) =>
          chunk.moduleIds.some(belongsToDesk)
            ? 'assets/centre/[name]-[hash].js'
            : 'assets/[name]-[hash].js',
        assetFileNames: (asset) =>
          asset.names.includes('centre.css') || asset.originalFileNames.some(belongsToDesk)
            ? 'assets/centre/[name]-[hash][extname]'
            : 'assets/[name]-[hash][extname]',
      },
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
  },
})
