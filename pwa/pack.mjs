/** Lays beside each file worth it of the build its packed forms, as backend/pages.py sends them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const TEXT = /\.(html|m?js|wasm|css|json|svg|webmanifest)$/
const WORTH_PACKING = 1000 // bytes; less fits into one packet of the network anyway
const dist = join(import.meta.dirname, 'dist')
const names = readdirSync(dist, { recursive: true, encoding: 'utf8' })

for (const name of names.filter((name) => TEXT.test(name) && !name.startsWith('.'))) {
  const plain = readFileSync(join(dist, name))
  if (plain.length < WORTH_PACKING) continue
  writeFileSync(join(dist, `${name}.gz`), gzipSync(plain, { level: 9 }))
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(plain))
}
