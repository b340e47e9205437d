import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Audit, beginAudit, createAudit } from '../../../server/audit/audit.ts'
import { gatewayItself } from '../../../server/audit/entry.ts'
import { createLog } from '../../../server/base/log.ts'
import { Secret } from '../../../server/base/secret.ts'
import { keyFilePlace, rotateMasterKey } from '../../../server/rotation.ts'
import type { Store } from '../../../server/store/database.ts'
import { overwriteDeleted } from '../../../server/store/forget.ts'
import { randomKey } from '../../../server/store/key-file.ts'
import { HeldMasterKey, MasterKey } from '../../../server/store/master-key.ts'
import { createSecretStore, type SecretOwner, type SecretStore } from '../../../server/store/sealed.ts'
import { unlockStore } from '../../../server/store/unlock.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { DataFolder } from './data-folder.ts'

const owners: SecretOwner[] = [
  { kind: 'device', id: 'dev_one' },
  { kind: 'power', id: 'dev_one' },
  { kind: 'vault', id: 'dev_one' },
]
const killedRotation = join(import.meta.dirname, 'killed-rotation.ts')

let folder: DataFolder
let keyFile: string
let store: Store
let masterKey: HeldMasterKey
let audit: Audit
let secrets: SecretStore
const clock = new FakeClock()

beforeEach(async () => {
  folder = await DataFolder.make()
  keyFile = join(folder.path, 'master.key')
  await start()
  for (const owner of owners) await secrets.put(owner, 'password', new Secret(`of ${owner.kind}`))
  await audit.record({ action: 'gateway.started', by: gatewayItself })
})

afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

const unlock = () => unlockStore({ store, source: { kind: 'file', path: keyFile }, onFirstUse: beginAudit })

async function start(): Promise<void> {
  store = await folder.open()
  masterKey = new HeldMasterKey((await unlock()).masterKey)
  audit = createAudit({ store, masterKey, clock, log: createLog('silent') })
  secrets = createSecretStore({ store, masterKey, clock })
}

async function restart(): Promise<void> {
  await store.destroy()
  await start()
}

const rotate = (next = randomKey()) =>
  rotateMasterKey({ store, masterKey, audit, clock }, { next, place: keyFilePlace(keyFile) })

async function readAll(): Promise<(string | undefined)[]> {
  return Promise.all(owners.map(async (owner) => (await secrets.get(owner, 'password'))?.reveal()))
}
const all = ['of device', 'of power', 'of vault']

async function found(pieces: Buffer[]): Promise<string[]> {
  const files = await folder.contents()
  return [...files].flatMap(([name, bytes]) => (pieces.some((piece) => bytes.includes(piece)) ? [name] : []))
}

const wrappings = () =>
  folder
    .look<{ wrappedKey: Uint8Array }>('select wrappedKey from sealed')
    .map(({ wrappedKey }) => Buffer.from(wrappedKey).subarray(1, 17))

describe('when the master key is exchanged', () => {
  test('who works with the database goes on, and everything is under the new key', async () => {
    const before = masterKey.id
    const done = await rotate()
    expect(done).toMatchObject({ from: before.slice(0, 8), resealed: 3, damaged: 0, overwritten: true })
    expect(await readAll()).toEqual(all)
    await secrets.put({ kind: 'device', id: 'dev_two' }, 'password', new Secret('new'))
    await audit.record({ action: 'gateway.stopped', by: gatewayItself })
    expect(await audit.verify()).toMatchObject({ ok: true, count: 3 })
    const keys = folder.look<{ keyId: string }>('select distinct keyId from sealed')
    expect(keys).toEqual([{ keyId: masterKey.id }])
    expect(masterKey.id).not.toBe(before)
    const [entry] = await audit.query({ action: 'master-key.rotated' })
    expect(entry).toMatchObject({ actor: 'gateway', detail: { from: done.from, to: done.to, resealed: 3 } })
    await restart()
    expect(await readAll()).toEqual(all)
  })

  test('the old one opens nothing: no file has what was sealed under it', async () => {
    const old = await readFile(keyFile, 'latin1')
    const before = wrappings()
    expect(await found(before), 'the search finds what is there').not.toEqual([])
    const { oldKeyFile } = await rotate()
    expect(await found(before)).toEqual([])
    expect(await readFile(oldKeyFile ?? '', 'latin1')).toBe(old)
    await writeFile(keyFile, old)
    await expect(unlock()).rejects.toThrow(/is not the one that this database is sealed with/)
    const withOld = createSecretStore({ store, masterKey: parsed(old), clock })
    for (const owner of owners)
      await expect(withOld.get(owner, 'password')).rejects.toThrow('cannot be opened')
  })

  test('it is said when another program reads the database, and made good later', async () => {
    const before = wrappings()
    const reader = new Database(folder.database, { readonly: true })
    reader.exec('begin')
    reader.prepare('select count(*) from sealed').get()
    expect(await rotate()).toMatchObject({ overwritten: false })
    reader.close()
    expect(await overwriteDeleted(store)).toBe(true)
    expect(await found(before)).toEqual([])
  })

  test('reads and writes that are under way meet the one key or the other', async () => {
    const work = Array.from({ length: 20 }, async (_, at) => {
      await secrets.put({ kind: 'device', id: `dev_${at}` }, 'password', new Secret(`${at}`))
      await audit.record({ action: 'gateway.started', by: gatewayItself })
      return (await secrets.get({ kind: 'device', id: `dev_${at}` }, 'password'))?.reveal()
    })
    const reads = Array.from({ length: 20 }, () => readAll())
    await Promise.all([rotate(), rotate(), rotate()].map((one) => one.catch(() => undefined)))
    expect(await Promise.all(work)).toEqual(work.map((_, at) => `${at}`))
    expect(await Promise.all(reads)).toEqual(reads.map(() => all))
    expect(await audit.verify()).toMatchObject({ ok: true })
  })

  test('an entry that somebody meddled with is counted, and stays closed', async () => {
    folder.meddle("update sealed set wrappedKey = ciphertext where ownerKind = 'power'")
    expect(await rotate()).toMatchObject({ resealed: 2, damaged: 1 })
    await expect(secrets.get({ kind: 'power', id: 'dev_one' }, 'password')).rejects.toThrow('Enter it again')
    expect((await secrets.get({ kind: 'vault', id: 'dev_one' }, 'password'))?.reveal()).toBe('of vault')
  })
})

test.each([
  ['the key in use', async () => new Secret(await readFile(keyFile, 'latin1')), 'is the one in use'],
  ['what is no key', async () => new Secret('correct horse'), 'is none: that is 32 bytes'],
])('%s is refused, and nothing is changed', async (_, next, message) => {
  const attempt = rotate(await next())
  await expect(attempt).rejects.toThrow(message)
  await expect(attempt).rejects.toThrow('Nothing was changed')
  expect([...(await folder.contents()).keys()].filter((name) => name.includes('.key'))).toEqual([
    'master.key',
  ])
  expect(await readAll()).toEqual(all)
})

test('where its entry in the audit cannot be written, the old key stays', async () => {
  const before = masterKey.id
  folder.meddle("create trigger full before insert on audit begin select raise(abort, 'full'); end")
  await expect(rotate()).rejects.toThrow()
  folder.meddle('drop trigger full')
  expect(masterKey.id).toBe(before)
  expect(await readAll()).toEqual(all)
  await restart()
  expect(masterKey.id).toBe(before)
  expect([...(await folder.contents()).keys()]).not.toContain('master.key.next')
})

describe('a gateway that is killed in the middle starts again with', () => {
  test.each([
    ['old', 'nothing is done yet'],
    ['old', 'the new key is beside the old one'],
    ['old', 'everything is sealed anew in the transaction'],
    ['new', 'the database is sealed anew'],
    ['new', 'the new key is in its place'],
  ])('the %s key when %s', async (which, moment) => {
    const before = masterKey.id
    await store.destroy()
    const child = spawn(process.execPath, [killedRotation, folder.path, moment], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const [said] = await once(child.stdout, 'data')
    expect(String(said)).toBe(`${moment}\n`)
    child.kill('SIGKILL')
    await exited
    await start()
    expect(masterKey.id === before ? 'old' : 'new').toBe(which)
    expect(await readAll()).toEqual(all)
    expect(await audit.verify()).toMatchObject({ ok: true })
    expect(await audit.query({ action: 'master-key.rotated' })).toHaveLength(which === 'new' ? 1 : 0)
    const names = [...(await folder.contents()).keys()].filter((name) => name.startsWith('master.key'))
    expect(names).toEqual(
      which === 'new' ? ['master.key', `master.key.old-${before.slice(0, 8)}`] : ['master.key'],
    )
    await restart()
    expect(await readAll()).toEqual(all)
  })
})

const parsed = (text: string) => new MasterKey(Buffer.from(text, 'base64'))
