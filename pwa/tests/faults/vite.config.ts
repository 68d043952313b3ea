/** Makes the phone of a fault run a program for Node; the engine in it is the app's own source. */
import { defineConfig } from 'vite'

export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    rollupOptions: { input: ['tests/faults/main.ts', 'tests/faults/same.ts'] },
    outDir: 'node_modules/.tmp/faults',
    target: 'node20',
    emptyOutDir: true,
  },
})
