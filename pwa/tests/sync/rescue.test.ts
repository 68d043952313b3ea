import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { beforeEach, describe, expect, it } from 'vitest'

import { saveDraft } from '../../src/db/drafts'
import { getMeta, setMeta } from '../../src/db/meta'
import { addPhoto } from '../../src/db/photos'
import { makeRescueFile, NoRescueKey } from '../../src/sync/rescue'
import { newPhone, report, shoot, sync, type Phone } from './phone'
import { ProtocolServer } from './protocol-server'

let identity: string
let server: ProtocolServer
let phone: Phone

beforeEach(async () => {
  server = new ProtocolServer()
  phone = await newPhone(server)
  identity = await generateX25519Identity()
  const session = await getMeta(phone.db, 'session')
  if (!session) throw new Error('nobody is signed in')
  await setMeta(phone.db, 'session', { ...session, rescue_recipient: await identityToRecipient(identity) })
})

/** What any age and any tar find in the file: names and bytes. */
async function contents(file: File): Promise<Record<string, Buffer>> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  const folder = mkdtempSync(join(tmpdir(), 'rescue-'))
  writeFileSync(join(folder, 'plain.tar'), await decrypter.decrypt(new Uint8Array(await file.arrayBuffer())))
  execFileSync('tar', ['xf', 'plain.tar'], { cwd: folder })
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== 'plain.tar')
  return Object.fromEntries(names.map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(folder.length + 1), readFileSync(path)]
  }))
}

async function addBytes(draftId: string, sha256: string, size: number, thumb: Uint8Array<ArrayBuffer> | null = null): Promise<void> {
  await addPhoto(phone.db, {
    photo_id: `photo-${sha256}`, draft_id: draftId, owner_kind: 'case', owner_id: 'k', item_code: null, role: 'evidence', type: 'image/jpeg',
    sha256, bytes: size, thumb_sha256: thumb && `${sha256}-small`, thumb_bytes: thumb?.length ?? null, captured_at: '2026-11-22T01:00:00Z',
    lng: null, lat: null, accuracy: null, data: new Uint8Array(size).fill(7).buffer, thumb: thumb?.buffer ?? null,
  })
}

describe('a rescue file', () => {
  it('holds what is unsent, in the order of saving, sealed for the centre', async () => {
    const sent = await report(phone.db)
    await sync(phone)
    phone.engine.stop() // a save asks for a round, which would send what is to be in the file
    const first = await report(phone.db)
    const second = await report(phone.db)
    const found = await contents(await makeRescueFile(phone.db))

    expect(JSON.parse(String(found['rescue.json']))).toMatchObject({ format: 1, user_id: phone.db.userId })
    const records = Object.keys(found).filter((name) => name.startsWith('mutations/')).sort().map((name) => JSON.parse(String(found[name])) as { mutation_id: string })
    expect(records.map(({ mutation_id }) => mutation_id)).toEqual([first.mutation, second.mutation])
    expect(String(Buffer.from(await (await makeRescueFile(phone.db)).arrayBuffer()))).not.toContain(first.mutation)
    expect(sent.mutation).not.toBe(first.mutation)
  })

  it('holds drafts and photos, of drafts too, and no photo that is safe', async () => {
    await saveDraft(phone.db, { id: 'd1', kind: 'hazard', owner_id: 'd1', cursor: null, data: { note: '没写完' } })
    await addBytes('d1', 'aaa', 1000, new Uint8Array([1, 2]))
    await addBytes('d2', 'bbb', 512)
    await addBytes('d2', 'ccc', 10)
    await phone.db.photos.update('photo-ccc', { state: 'safe' })
    const found = await contents(await makeRescueFile(phone.db))

    expect(JSON.parse(String(found['drafts/d1.json']))).toMatchObject({ data: { note: '没写完' } })
    const sizes = Object.entries(found).filter(([name]) => name.startsWith('photos/')).map(([name, bytes]) => [name, bytes.length])
    expect(Object.fromEntries(sizes)).toEqual({ 'photos/aaa': 1000, 'photos/aaa-small': 2, 'photos/bbb': 512 })
    expect(new Set(found['photos/aaa'])).toEqual(new Set([7]))
  })

  it('of one record holds that and its photos alone', async () => {
    await report(phone.db, [await shoot(phone.db, 300)])
    const photo = await shoot(phone.db, 300)
    const { mutation } = await report(phone.db, [photo])
    const found = await contents(await makeRescueFile(phone.db, [mutation]))

    const photos = [`photos/${photo.sha256}`, `photos/${String(photo.thumb_sha256)}`]
    expect(Object.keys(found).sort()).toEqual(['mutations/000001.json', ...photos.sort(), 'rescue.json'])
    expect(JSON.parse(String(found['mutations/000001.json']))).toMatchObject({ mutation_id: mutation, args: { photos: [photo] } })
  })

  it('of many photos is whole', async () => {
    for (let i = 0; i < 12; i++) await addBytes('d1', `big${i}`, 1_000_000)
    const file = await makeRescueFile(phone.db)

    expect(file.size).toBeGreaterThan(12_000_000)
    expect(Object.keys(await contents(file))).toHaveLength(13)
  })

  it('needs the centre\'s key, which comes with the session', async () => {
    await phone.db.meta.delete('session')
    await expect(makeRescueFile(phone.db)).rejects.toThrow(NoRescueKey)
  })
})
