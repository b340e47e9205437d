import { createDecipheriv } from 'node:crypto'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Audit, beginAudit, createAudit } from '../../../server/audit/audit.ts'
import { createLog } from '../../../server/base/log.ts'
import { Secret } from '../../../server/base/secret.ts'
import { createDevices, type Devices } from '../../../server/devices/devices.ts'
import { inTransaction, type Store } from '../../../server/store/database.ts'
import { projectRepository } from '../../../server/store/projects.ts'
import { createSecretStore } from '../../../server/store/sealed.ts'
import { createVault, type Vault, type VaultPlace, type VaultUser } from '../../../server/vault/vault.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { input } from '../../unit/devices/inputs.ts'
import { DataFolder, masterKey } from '../store/data-folder.ts'

const second = 1000
const hour = 3_600_000
const almostADay = 24 * hour - second
const password = 'bcdefghijklnoprstuvxbcde'
const ann: VaultUser = { actor: { id: 'usr_ann', name: 'ann@example.org', address: '192.0.2.1' } }

let folder: DataFolder
let clock: FakeClock
let store: Store
let audit: Audit
let devices: Devices
let vault: Vault
let place: VaultPlace

beforeEach(async () => {
  folder = await DataFolder.make()
  clock = new FakeClock()
  store = await folder.open()
  await inTransaction(store, (within) => beginAudit(within, masterKey))
  await projectRepository(store).add({ id: 'prj_one', name: 'one', createdAt: 0, passwordHours: 24 })
  await start()
  const { id, projectId, name } = await devices.create(input(), { actor: ann.actor, byAdmin: false })
  place = { deviceId: id, projectId, target: name }
})

afterEach(async () => {
  await stop()
  await folder.remove()
})

async function start(): Promise<void> {
  const log = createLog('silent')
  audit = createAudit({ store, masterKey, clock, log })
  const secrets = createSecretStore({ store, masterKey, clock })
  devices = await createDevices({ store, secrets, audit, clock, log })
  vault = await createVault({ store, secrets, audit, devices, clock, log })
}

async function stop(): Promise<void> {
  await vault.close()
  await store.destroy()
}

/** The gateway is ended, and started when its machine's wall clock has moved by so much. */
async function restart(later: number): Promise<void> {
  await stop()
  clock = new FakeClock(clock.now() + later)
  store = await folder.open()
  await start()
}

const keep = (text = password) => vault.keep(place, { password: new Secret(text), source: 'person', by: ann })
const reveal = async () => (await vault.reveal(place, ann, 'the disk is full')).password.reveal()
const state = async () => (await vault.look(place.deviceId)).state
const destroyed = async () =>
  (await audit.query({ action: 'vault.destroyed' })).map(({ actor, detail }) => ({ actor, why: detail.why }))

/** Everything that must be nowhere once it is destroyed: the text, the sealed bytes, the sealed and the bare data key; in pieces. */
function traces(): Map<string, Buffer> {
  const [row] = folder.look<{ id: string; wrappedKey: Uint8Array; ciphertext: Uint8Array }>(
    "select id, wrappedKey, ciphertext from sealed where ownerKind = 'vault'",
  )
  if (row === undefined) throw new Error('Nothing is sealed.')
  return new Map([
    ['text', Buffer.from(password)],
    ['sealed bytes', Buffer.from(row.ciphertext).subarray(1)],
    ['sealed data key', Buffer.from(row.wrappedKey).subarray(1)],
    ['data key', dataKey(row.wrappedKey)],
  ])
}

/** Unwrapped by hand; without the tag, since only the bytes are wanted. */
function dataKey(wrapped: Uint8Array): Buffer {
  const wrapping = masterKey.derive('sealed entries')
  return createDecipheriv('aes-256-gcm', wrapping, wrapped.subarray(1, 13)).update(wrapped.subarray(13, -16))
}

/** Reads them at this very moment: what is under way comes too late. */
function found(wanted: Map<string, Buffer>): string[] {
  return readdirSync(folder.path).flatMap((file) => {
    const bytes = readFileSync(join(folder.path, file))
    return [...wanted].flatMap(([name, value]) => {
      const pieces = Array.from({ length: Math.floor(value.length / 8) }, (_, at) =>
        value.subarray(8 * at, 8 * at + 8),
      )
      return pieces.some((piece) => bytes.includes(piece)) ? [`${name} in ${file}`] : []
    })
  })
}

/** What was begun by keeping it is over: nothing empties the log any more but what comes now. */
async function keepInPeace(): Promise<Map<string, Buffer>> {
  await keep()
  await expect.poll(() => readFileSync(`${folder.database}-wal`).length).toBe(0)
  return traces()
}

/** Another program reads the database: nobody empties its log meanwhile. */
function startReading(): Database.Database {
  const reader = new Database(folder.database, { readonly: true })
  reader.exec('begin')
  reader.prepare('select count(*) from sealed').get()
  return reader
}

async function backup(): Promise<string> {
  const path = join(folder.path, 'backup.db')
  const database = new Database(folder.database, { readonly: true })
  await database.backup(path)
  database.close()
  return path
}

describe('a root password', () => {
  test('can be revealed until 23:59:59, and is gone at 24:00:01 from every file and a backup', async () => {
    await keep()
    const wanted = traces()
    clock.advance(almostADay)
    expect(await vault.look(place.deviceId)).toMatchObject({
      state: 'kept',
      leftMs: second,
      setBy: ann.actor.name,
    })
    expect(await reveal()).toBe(password)
    const before = await backup()
    expect(found(wanted), 'the search finds what is there').toEqual(
      expect.arrayContaining(['sealed bytes in backup.db', 'sealed data key in backup.db']),
    )
    await rm(before)

    clock.advance(2 * second)
    await expect.poll(destroyed).toEqual([{ actor: 'gateway', why: 'its time is over' }])
    await expect.poll(() => found(wanted)).toEqual([])
    await backup()
    expect(found(wanted)).toEqual([])
    expect(await state()).toBe('gone')
    await expect(reveal()).rejects.toMatchObject({
      code: 'password-gone',
      message: expect.stringMatching(/over SSH.*on the console.*recover/),
    })
  })

  test('each reveal is in the audit, with who and why', async () => {
    await keep()
    await reveal()
    const [entry] = await audit.query({ action: 'vault.revealed' })
    expect(entry).toMatchObject({
      actor: ann.actor.name,
      target: 'web1',
      detail: { reason: 'the disk is full' },
    })
    expect(JSON.stringify(await audit.query({}))).not.toContain(password)
  })

  test('is not revealed when the audit cannot be written', async () => {
    await keep()
    folder.meddle("create trigger full before insert on audit begin select raise(abort, 'full'); end")
    await expect(reveal()).rejects.toThrow()
    folder.meddle('drop trigger full')
    expect(await reveal()).toBe(password)
  })

  test('that was never kept is told from one that is gone', async () => {
    expect(await state()).toBe('none')
    await expect(reveal()).rejects.toMatchObject({ code: 'no-password' })
  })

  test('another one destroys the one before, and has its own time', async () => {
    await keep()
    const wanted = traces()
    clock.advance(20 * hour)
    await keep('vuxtsrponlkjihgfedcbvuxt')
    expect(await reveal()).toBe('vuxtsrponlkjihgfedcbvuxt')
    await expect.poll(() => found(wanted)).toEqual([])
    clock.advance(20 * hour)
    expect(await state()).toBe('kept')
  })

  test('can be destroyed at once', async () => {
    const wanted = await keepInPeace()
    await vault.destroy(place, ann)
    expect(found(wanted)).toEqual([])
    expect(await state()).toBe('gone')
    await expect(vault.destroy(place, ann)).rejects.toMatchObject({ code: 'password-gone' })
    expect(await destroyed()).toEqual([{ actor: ann.actor.name, why: 'asked for' }])
  })

  test('goes with its device', async () => {
    const wanted = await keepInPeace()
    await devices.remove(place.deviceId, { actor: ann.actor, byAdmin: false })
    await expect.poll(() => found(wanted)).toEqual([])
  })

  test('of which nothing is known any more is destroyed at the next look', async () => {
    const wanted = await keepInPeace()
    folder.meddle('delete from vault')
    clock.advance(60 * second)
    await expect.poll(() => found(wanted)).toEqual([])
  })
})

const allow = (passwordHours: number) =>
  projectRepository(store).change('prj_one', { name: 'one', passwordHours })

describe('a project with fewer hours', () => {
  test('has a new password destroyed after those', async () => {
    await allow(2)
    await keep()
    expect((await audit.query({ action: 'vault.sealed' }))[0]?.detail).toMatchObject({ hours: 2 })
    const wanted = traces()
    clock.advance(2 * hour - second)
    expect(await vault.look(place.deviceId)).toMatchObject({ state: 'kept', leftMs: second })
    await expect
      .poll(() => {
        clock.advance(10 * second)
        return destroyed()
      })
      .toEqual([{ actor: 'gateway', why: 'its time is over' }])
    await expect.poll(() => found(wanted)).toEqual([])
  })

  test('cuts what is kept already, and more hours give nothing back', async () => {
    await keep()
    clock.advance(hour)
    await allow(2)
    vault.settle()
    expect(await vault.look(place.deviceId)).toMatchObject({ state: 'kept', leftMs: hour })
    await expect.poll(lifeMs).toBe(2 * hour)
    await allow(24)
    clock.advance(hour + second)
    await expect(reveal()).rejects.toMatchObject({ code: 'password-gone' })
  })

  test('destroys what is older at once, in every file', async () => {
    await keep()
    const wanted = traces()
    clock.advance(3 * hour)
    await allow(2)
    await expect(reveal()).rejects.toMatchObject({ code: 'password-gone' })
    await expect.poll(destroyed).toHaveLength(1)
    await expect.poll(() => found(wanted)).toEqual([])
  })

  test('does so at the start, when it was cut just before the end', async () => {
    await keep()
    const wanted = traces()
    clock.advance(3 * hour)
    await allow(2)
    await restart(0)
    expect(found(wanted)).toEqual([])
  })
})

describe('its time ends', () => {
  test('first thing at a start, when it was over meanwhile', async () => {
    await keep()
    const wanted = traces()
    await restart(25 * hour)
    expect(found(wanted)).toEqual([])
    expect(await state()).toBe('gone')
  })

  test('first thing at a start, in the files that a gateway that was killed could not empty', async () => {
    const wanted = await keepInPeace()
    const reader = startReading()
    clock.advance(24 * hour)
    await expect.poll(destroyed).toHaveLength(1)
    const killed = await DataFolder.make()
    cpSync(folder.path, killed.path, { recursive: true })
    reader.close()
    await stop()
    await folder.remove()
    folder = killed
    expect(found(wanted)).not.toEqual([])
    store = await folder.open()
    await start()
    expect(found(wanted)).toEqual([])
  })

  test('after a restart in between, counted from when it was set', async () => {
    await keep()
    clock.advance(20 * hour)
    await restart(3 * hour)
    expect(await reveal()).toBe(password)
    clock.advance(hour)
    await expect(reveal()).rejects.toMatchObject({ code: 'password-gone' })
  })

  test('although somebody sets the clock back while the gateway runs', async () => {
    await keep()
    clock.advance(hour)
    clock.setWall(-12 * hour)
    clock.advance(almostADay - hour)
    expect(await vault.look(place.deviceId)).toMatchObject({ state: 'kept', leftMs: second })
    clock.advance(2 * second)
    await expect(reveal()).rejects.toMatchObject({ code: 'password-gone' })
    await expect.poll(destroyed).toHaveLength(1)
  })

  test('at a start whose clock stands before what was seen: nobody can say how long it was down', async () => {
    await keep()
    clock.advance(2 * hour)
    await expect.poll(seenAt).toBe(clock.now())
    await restart(-hour)
    expect(await state()).toBe('gone')
  })

  test('when the machine has slept over it, before anything is shown', async () => {
    await keep()
    clock.setWall(25 * hour)
    await expect(reveal()).rejects.toMatchObject({ code: 'password-gone' })
    await expect.poll(destroyed).toHaveLength(1)
  })

  test('also when another program was reading the database just then', async () => {
    await keep()
    const wanted = traces()
    const reader = startReading()
    clock.advance(24 * hour)
    await expect.poll(destroyed).toHaveLength(1)
    expect(found(wanted)).not.toEqual([])
    reader.close()
    await expect
      .poll(() => {
        clock.advance(5 * second)
        return found(wanted)
      })
      .toEqual([])
  })
})

test('of very many that came and went between others, no file keeps anything', async () => {
  const wanted: Map<string, Buffer>[] = []
  const secrets = createSecretStore({ store, masterKey, clock })
  for (let at = 0; at < 60; at += 1) {
    await secrets.put(
      { kind: 'device', id: `dev_${(at * 7919) % 60}` },
      'password',
      new Secret('x'.repeat(at)),
    )
    await keep(`${password}${at}`)
    wanted.push(traces())
  }
  await vault.destroy(place, ann)
  expect(wanted.flatMap(found)).toEqual([])
})

const lifeMs = async () => (await store.selectFrom('vault').select('lifeMs').executeTakeFirst())?.lifeMs
const seenAt = async () => (await store.selectFrom('vault').select('seenAt').executeTakeFirst())?.seenAt
