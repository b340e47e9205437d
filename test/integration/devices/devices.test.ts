import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Audit, beginAudit, createAudit } from '../../../server/audit/audit.ts'
import { createLog } from '../../../server/base/log.ts'
import { Secret } from '../../../server/base/secret.ts'
import { createDevices, type Devices } from '../../../server/devices/devices.ts'
import type { DeviceChange } from '../../../server/devices/writer.ts'
import type { Editor } from '../../../server/devices/writes.ts'
import { inTransaction, type Store } from '../../../server/store/database.ts'
import { projectRepository } from '../../../server/store/projects.ts'
import { createSecretStore } from '../../../server/store/sealed.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { command, input, ssh, tcp } from '../../unit/devices/inputs.ts'
import { DataFolder, masterKey } from '../store/data-folder.ts'

const owner: Editor = {
  actor: { id: 'usr_ann', name: 'ann@example.org', address: '192.0.2.1' },
  byAdmin: false,
  capacity: { token: 'tok_a' },
}
const admin: Editor = { actor: { id: 'usr_root', name: 'root@example.org', address: null }, byAdmin: true }
const password = new Secret('a password')

let folder: DataFolder
let store: Store
let audit: Audit
let devices: Devices
let changes: DeviceChange[]
let clock: FakeClock

beforeEach(async () => {
  folder = await DataFolder.make()
  store = await folder.open()
  clock = new FakeClock()
  await inTransaction(store, (within) => beginAudit(within, masterKey))
  for (const name of ['one', 'two'])
    await projectRepository(store).add({ id: `prj_${name}`, name, createdAt: 0, passwordHours: 24 })
  await start()
})

afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

/** The inventory as a gateway finds it at its start. */
async function start(): Promise<void> {
  const log = createLog('silent')
  audit = createAudit({ store, masterKey, clock, log })
  const secrets = createSecretStore({ store, masterKey, clock })
  devices = await createDevices({ store, secrets, audit, clock, log })
  changes = []
  devices.changes.listen((change) => changes.push(change))
}

const entries = async () =>
  (await audit.query({}))
    .map(({ action, projectId, target, detail }) => ({ action, projectId, target, detail }))
    .reverse()
const secretsOf = async (id: string) =>
  Object.fromEntries(
    Object.entries(await devices.secretsOf(id)).map(([name, secret]) => [name, secret.reveal()]),
  )

test('a device that was made is there, also after a restart, with its credentials', async () => {
  const made = await devices.create(
    input({ transport: ssh, secrets: { password }, address: 'web1.example.org' }),
    owner,
  )
  expect(made).toMatchObject({
    name: 'web1',
    address: 'web1.example.org',
    secretsKept: ['password'],
    allowLocalTargets: false,
  })
  expect(made.createdAt).toBe(clock.now())
  expect(devices.find(made.id)).toEqual(made)
  await start()
  expect(devices.list()).toEqual([made])
  expect(await secretsOf(made.id)).toEqual({ password: 'a password' })
})

test('the list is by name', async () => {
  for (const name of ['b', 'c', 'a']) await devices.create(input({ name }), owner)
  expect(devices.list().map((device) => device.name)).toEqual(['a', 'b', 'c'])
})

test('an edit changes the record, the credentials, and says so to who listens', async () => {
  const made = await devices.create(input({ transport: ssh, secrets: { password } }), owner)
  clock.advance(1000)
  const edited = await devices.edit(
    made.id,
    { name: 'web2', secrets: { password: new Secret('new') } },
    owner,
  )
  expect(edited).toEqual({ ...made, name: 'web2', updatedAt: clock.now() })
  expect(await secretsOf(made.id)).toEqual({ password: 'new' })
  await devices.edit(made.id, { secrets: { password: null } }, owner)
  expect(await secretsOf(made.id)).toEqual({})
  expect(changes).toMatchObject([
    { kind: 'created', device: made },
    { kind: 'changed', before: made, device: edited, secretsChanged: true },
    { kind: 'changed', before: edited, secretsChanged: true },
  ])
  await start()
  expect(devices.find(made.id)).toMatchObject({ name: 'web2', secretsKept: [] })
})

test('an edit that changes nothing is neither told nor recorded', async () => {
  const made = await devices.create(input(), owner)
  expect(
    await devices.edit(made.id, { name: made.name, transport: structuredClone(made.transport) }, owner),
  ).toEqual(made)
  expect(changes).toHaveLength(1)
  expect(await entries()).toHaveLength(1)
})

test('a removed device leaves nothing', async () => {
  const made = await devices.create(input({ transport: ssh, secrets: { password } }), owner)
  await devices.remove(made.id, owner)
  expect(devices.list()).toEqual([])
  expect(await secretsOf(made.id)).toEqual({})
  expect(folder.look('select * from devices')).toEqual([])
  expect(folder.look('select * from sealed')).toEqual([])
  expect(changes.at(-1)).toEqual({ kind: 'removed', device: made })
  const gone = expect.objectContaining({ code: 'not-found' })
  await expect(devices.remove(made.id, owner)).rejects.toEqual(gone)
  await expect(devices.edit(made.id, { name: 'x' }, owner)).rejects.toEqual(gone)
  await expect(devices.acceptHostKey(made.id, 'SHA256:x', owner)).rejects.toEqual(gone)
})

test('every change is in the audit with who, what and where, and no credential', async () => {
  const value = 'umbrella-harmonica-1133'
  const made = await devices.create(
    input({ transport: ssh, secrets: { password: new Secret(value) } }),
    owner,
  )
  await devices.edit(
    made.id,
    { projectId: 'prj_two', name: 'web2', secrets: { passphrase: null, password: new Secret(`${value}2`) } },
    admin,
  )
  await devices.acceptHostKey(made.id, 'SHA256:x', owner)
  await devices.remove(made.id, admin)
  const to = 'prj_one -> prj_two'
  const token = { token: 'tok_a' }
  expect(await entries()).toEqual([
    {
      action: 'device.created',
      projectId: 'prj_one',
      target: 'web1',
      detail: { ...token, transport: 'ssh', host: '192.0.2.7', port: 22, password: 'set' },
    },
    // What else changed is not for the owners it leaves.
    { action: 'device.changed', projectId: 'prj_one', target: 'web1', detail: { projectId: to } },
    {
      action: 'device.changed',
      projectId: 'prj_two',
      target: 'web2',
      detail: { projectId: to, name: 'web1 -> web2', password: 'set' },
    },
    {
      action: 'device.host-key-accepted',
      projectId: 'prj_two',
      target: 'web2',
      detail: { ...token, accepted: 'SHA256:x', before: null },
    },
    { action: 'device.deleted', projectId: 'prj_two', target: 'web2', detail: {} },
  ])
  expect((await audit.query({})).every((entry) => entry.deviceId === made.id)).toBe(true)
  expect(await audit.verify()).toMatchObject({ ok: true })
  for (const [name, bytes] of await folder.contents()) expect(bytes.includes('umbrella'), name).toBe(false)
})

describe('nothing is half done', () => {
  test('when a name is taken', async () => {
    await devices.create(input(), owner)
    const other = await devices.create(input({ name: 'web2', transport: ssh, secrets: { password } }), owner)
    const taken = { code: 'already-exists', mistakes: [{ path: ['name'] }] }
    await expect(
      devices.create(input({ transport: ssh, secrets: { password } }), owner),
    ).rejects.toMatchObject(taken)
    const edit = { name: 'web1', secrets: { password: new Secret('new') } }
    await expect(devices.edit(other.id, edit, owner)).rejects.toMatchObject(taken)
    expect(devices.find(other.id)).toBe(other)
    expect(await secretsOf(other.id)).toEqual({ password: 'a password' })
    expect(folder.look('select * from sealed')).toHaveLength(1)
    expect(await entries()).toHaveLength(2)
    expect(changes).toHaveLength(2)
  })

  test('when the project is gone', async () => {
    const made = await devices.create(input(), owner)
    const gone = { code: 'bad-request', mistakes: [{ path: ['projectId'] }] }
    await expect(devices.create(input({ name: 'web2', projectId: 'prj_none' }), owner)).rejects.toMatchObject(
      gone,
    )
    await expect(devices.edit(made.id, { projectId: 'prj_none' }, owner)).rejects.toMatchObject(gone)
    expect(devices.list()).toEqual([made])
  })

  test('when the audit cannot be written', async () => {
    const made = await devices.create(input({ transport: ssh, secrets: { password } }), owner)
    folder.meddle(
      "create trigger diskFull before insert on audit begin select raise(abort, 'disk full'); end",
    )
    const acts = [
      () => devices.create(input({ name: 'web2' }), owner),
      () => devices.edit(made.id, { name: 'web2', secrets: { password: new Secret('new') } }, owner),
      () => devices.acceptHostKey(made.id, 'SHA256:x', owner),
      () => devices.remove(made.id, owner),
    ]
    for (const act of acts) await expect(act()).rejects.toThrow('disk full')
    expect(changes).toHaveLength(1)
    await start()
    expect(devices.list()).toEqual([made])
    expect(await secretsOf(made.id)).toEqual({ password: 'a password' })
  })

  test('when it is forbidden', async () => {
    const forbidden = { code: 'forbidden' }
    await expect(devices.create(input({ transport: command }), owner)).rejects.toMatchObject(forbidden)
    const made = await devices.create(input(), owner)
    await expect(devices.edit(made.id, { name: 'web2', transport: command }, owner)).rejects.toMatchObject(
      forbidden,
    )
    expect(devices.list()).toEqual([made])
    await devices.edit(made.id, { transport: command }, admin)
    expect(devices.find(made.id)).toMatchObject({ transport: command, allowLocalTargets: true })
  })
})

describe('many at once', () => {
  test('edits of one device all count, and are told in the order in which they happened', async () => {
    const made = await devices.create(input(), owner)
    const descriptions = Array.from({ length: 20 }, (_, index) => `${index}`)
    await Promise.all([
      ...descriptions.map((description) => devices.edit(made.id, { description }, owner)),
      devices.edit(made.id, { address: 'web1.example.org' }, owner),
    ])
    expect(devices.find(made.id)).toMatchObject({ description: '19', address: 'web1.example.org' })
    const told = changes.slice(1)
    expect(told.map((change) => change.device.description)).toEqual([...descriptions, '19'])
    told.forEach((change, index) => {
      expect(change).toMatchObject({ before: changes[index]?.device })
    })
    await start()
    expect(devices.find(made.id)).toMatchObject({ description: '19', address: 'web1.example.org' })
  })

  test('of those who want one name, one gets it', async () => {
    const attempts = await Promise.allSettled([1, 2, 3].map(() => devices.create(input(), owner)))
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1)
    expect(devices.list()).toHaveLength(1)
  })

  test('an edit and a removal do not leave half a device', async () => {
    const made = await devices.create(input({ transport: ssh }), owner)
    const removal = devices.remove(made.id, owner)
    const edit = devices.edit(made.id, { secrets: { password } }, owner)
    await removal
    await expect(edit).rejects.toMatchObject({ code: 'not-found' })
    expect(folder.look('select * from sealed')).toEqual([])
  })
})

test('a listener that fails does not make a change fail that was made', async () => {
  devices.changes.listen(() => {
    throw new Error('listener')
  })
  const made = await devices.create(input(), owner)
  expect(devices.find(made.id)).toEqual(made)
})

describe('a test connection', () => {
  test('gets the kept credentials towards where they belong, and nothing of them elsewhere', async () => {
    const { id } = await devices.create(input({ transport: ssh, secrets: { password } }), owner)
    const request = { transport: ssh, secrets: {}, deviceId: id, byAdmin: false }
    const prepared = await devices.prepareTest(request)
    expect(prepared.secrets.password?.reveal()).toBe('a password')
    const elsewhere = { ...request, transport: { ...ssh, host: '198.51.100.1' } as typeof ssh }
    await expect(devices.prepareTest(elsewhere)).rejects.toMatchObject({
      mistakes: [{ path: ['transport', 'host'] }],
    })
    const given = { privateKey: new Secret('-----BEGIN PRIVATE KEY-----') }
    expect((await devices.prepareTest({ ...elsewhere, secrets: given })).secrets).toEqual(given)
  })

  test('of a device that is gone is refused, and of a new one has only what is given', async () => {
    const request = { transport: tcp, secrets: {}, byAdmin: false }
    await expect(devices.prepareTest({ ...request, deviceId: 'dev_gone' })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await devices.prepareTest({ ...request, deviceId: undefined })).toEqual({
      transport: tcp,
      allowLocalTargets: false,
      secrets: {},
    })
  })
})
