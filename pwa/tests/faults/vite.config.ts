/** Makes the phone of a fault run one file for Node; the engine in it is the app's own source. */
import { defineConfig } from 'vite'

export default defineConfig({
  publicDir: false,
  build: {
    ssr: 'tests/faults/main.ts',
    outDir: 'node_modules/.tmp/faults',
    target: 'node20',
    emptyOutDir: true,
  },
})
