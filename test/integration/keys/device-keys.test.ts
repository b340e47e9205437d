import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../server/base/clock.ts'
import type { EffectiveKey } from '../../../server/contract/keys.ts'
import { createDeviceKeys, type DeviceKeys } from '../../../server/keys/device-keys.ts'
import { openStore, type Store } from '../../../server/store/database.ts'
import type { KeySighting } from '../../../server/store/key-sightings.ts'
import { fingerprintOf, keyLine } from '../../fakes/key-lines.ts'
import { type Person, signIn, startGateway, type TestGateway } from '../gateway.ts'

let gateway: TestGateway
/** The gateway's own database, as the engine that reads devices will have it. */
let store: Store
let engine: DeviceKeys
let admin: Person
let ann: Person
let bob: Person
let wes: Person
let projects = 0
let projectId: string
let deviceId: string

beforeAll(async () => {
  gateway = await startGateway()
  admin = gateway.admin
  store = await openStore(join(gateway.folder, 'data', 'lifeline.db'))
  const audit = { within: () => ({ record: async () => {} }) }
  engine = createDeviceKeys({ store, audit, clock: systemClock })
  ann = await gateway.person('ann')
  bob = await gateway.person('bob')
  wes = await gateway.person('wes')
})
afterAll(async () => {
  await store.destroy()
  await gateway.close()
})

beforeEach(async () => {
  projects += 1
  projectId = await gateway.project(`fleet ${projects}`)
  deviceId = (await gateway.tcpDevice(projectId, `web-${projects}`, 9)).id
  await member(ann, 'owner')
  await member(bob, 'collaborator')
  await member(wes, 'watcher')
  // Who creates a project is its first owner; here an admin who is no member.
  await admin.call('DELETE', `/api/projects/${projectId}/members/${admin.id}`)
  for (const person of [ann, bob, wes]) {
    for (const { id } of (await person.call('GET', '/api/keys')).body.keys) {
      await person.call('DELETE', `/api/keys/${id}?leave=1`)
    }
  }
})

const member = (person: Person, role: string) =>
  admin.call('PUT', `/api/projects/${projectId}/members`, { email: person.email, role })
const add = async (person: Person, line: string, more: object = {}) =>
  (await person.call('POST', '/api/keys', { text: line, ...more })).body.key
const addToProject = async (line: string, more: object = {}) =>
  (await ann.call('POST', `/api/projects/${projectId}/keys`, { text: line, ...more })).body.key
const look = async (person: Person = wes, query = '') =>
  (await person.call('GET', `/api/devices/${deviceId}/keys${query}`)).body
const choose = (person: Person, choice: object) =>
  person.call('PATCH', `/api/devices/${deviceId}/keys`, choice)
const names = (keys: EffectiveKey[]) => keys.map(({ comment }) => comment)
const sighting = (line: string, state: KeySighting['state'] = 'there'): KeySighting => ({
  sha256: fingerprintOf(line),
  state,
  type: 'ssh-ed25519',
  bits: 256,
  comment: line.split(' ').slice(2).join(' '),
})

describe('who can log in, and why', () => {
  test('the project, its owners and its collaborators; no watcher, nobody else', async () => {
    await add(wes, keyLine('of the watcher'))
    await add(admin, keyLine('of the admin'))
    await add(bob, keyLine('of bob'))
    await add(ann, keyLine('of ann'))
    await addToProject(keyLine('of the project'))
    const { keys, readAt, byDefault, strangers, next } = await look()
    expect(names(keys)).toEqual(['of the project', 'of ann', 'of bob'])
    expect(keys.map(({ reasons }: EffectiveKey) => [reasons[0]?.kind, reasons[0]?.of.name])).toEqual([
      ['project', `fleet ${projects}`],
      ['owner', 'ann'],
      ['collaborator', 'bob'],
    ])
    expect({ readAt, byDefault, strangers, next }).toEqual({
      readAt: null,
      byDefault: true,
      strangers: [],
      next: null,
    })
  })

  test('follows who is what, and leaves out who is disabled', async () => {
    await add(bob, keyLine('of bob'))
    expect(names((await look()).keys)).toEqual(['of bob'])
    await member(bob, 'watcher')
    expect(names((await look()).keys)).toEqual([])
    await member(bob, 'owner')
    expect((await look()).keys[0].reasons[0].kind).toBe('owner')
    await admin.call('PATCH', `/api/users/${bob.id}`, { disabled: true })
    expect(names((await look()).keys)).toEqual([])
    await admin.call('PATCH', `/api/users/${bob.id}`, { disabled: false })
    bob = await signIn(gateway.url, bob.email, bob.password)
    expect(names((await look()).keys)).toEqual(['of bob'])
    await ann.call('DELETE', `/api/projects/${projectId}/members/${bob.id}`)
    expect(names((await look()).keys)).toEqual([])
  })

  test('the same key of several stands once, with each reason, on whatever page', async () => {
    const shared = keyLine('shared')
    await add(bob, shared)
    for (const name of ['one', 'two', 'three']) await add(bob, keyLine(name))
    await add(ann, shared)
    const seen: string[] = []
    let query = '?limit=1'
    for (;;) {
      const { keys, next } = await look(wes, query)
      seen.push(...keys.map(({ comment, reasons }: EffectiveKey) => `${comment} ${reasons.length}`))
      if (next === null) break
      query = `?limit=1&cursor=${next}`
    }
    expect(seen).toEqual(['shared 2', 'one 1', 'two 1', 'three 1'])
  })

  test('pages go through sources, large and small, and miss nobody', async () => {
    for (const name of ['p1', 'p2', 'p3']) await addToProject(keyLine(name))
    for (const name of ['a1', 'a2', 'a3', 'a4']) await add(ann, keyLine(name))
    for (const name of ['b1', 'b2']) await add(bob, keyLine(name))
    const all = ['p1', 'p2', 'p3', 'a1', 'a2', 'a3', 'a4', 'b1', 'b2']
    for (const limit of [1, 2, 3, 4, 5, 8, 9, 10]) {
      const seen: string[] = []
      let query = `?limit=${limit}`
      for (;;) {
        const { keys, next } = await look(wes, query)
        seen.push(...names(keys))
        if (next === null) break
        query = `?limit=${limit}&cursor=${next}`
      }
      expect([limit, seen]).toEqual([limit, all])
    }
  })

  test('a cursor into the keys of somebody who has left says so', async () => {
    for (const name of ['b1', 'b2']) await add(bob, keyLine(name))
    const { next } = await look(wes, '?limit=1')
    await member(bob, 'watcher')
    const answer = await wes.call('GET', `/api/devices/${deviceId}/keys?cursor=${next}`)
    expect(answer.body.error).toMatchObject({ code: 'bad-request', mistakes: [{ path: ['cursor'] }] })
    expect((await wes.call('GET', `/api/devices/${deviceId}/keys?cursor=x`)).status).toBe(400)
  })
})

describe('which are handed out', () => {
  test('all, unless somebody who may chooses otherwise', async () => {
    const project = await addToProject(keyLine('project'))
    const own = await add(ann, keyLine('ann'))
    const handedOut = async () =>
      (await look()).keys
        .filter((key: EffectiveKey) => key.handedOut)
        .map(({ comment }: EffectiveKey) => comment)
    expect(await handedOut()).toEqual(['project', 'ann'])
    expect((await choose(ann, { deselect: [project.id] })).status).toBe(204)
    expect(await handedOut()).toEqual(['ann'])
    await choose(ann, { byDefault: false, select: [project.id] })
    expect(await handedOut()).toEqual(['project'])
    await choose(ann, { select: [own.id] })
    await add(bob, keyLine('later'))
    expect(await handedOut()).toEqual(['project', 'ann'])
    expect((await engine.handedOut({ id: deviceId, projectId, name: 'x' })).map(({ line }) => line)).toEqual([
      project.line,
      own.line,
    ])
  })

  test('a person chooses for their own keys alone, a watcher for none', async () => {
    const own = await add(bob, keyLine('bob'))
    const others = await add(ann, keyLine('ann'))
    expect((await choose(bob, { deselect: [own.id] })).status).toBe(204)
    expect((await look()).keys[1]).toMatchObject({ handedOut: false })
    expect((await choose(bob, { deselect: [others.id] })).status).toBe(403)
    expect((await choose(bob, { deselect: [own.id, others.id] })).status).toBe(403)
    expect((await choose(bob, { byDefault: false })).status).toBe(403)
    const watchers = await add(wes, keyLine('wes'))
    expect((await choose(wes, { select: [watchers.id] })).status).toBe(403)
    expect((await choose(ann, { select: [watchers.id] })).status).toBe(400)
  })

  test('one who shares a key does not choose for the other', async () => {
    const shared = keyLine('shared')
    await addToProject(shared)
    const own = await add(bob, shared, { devices: [] })
    expect(own.label).toBe('shared')
    expect((await look()).keys[0]).toMatchObject({
      handedOut: true,
      reasons: [
        { kind: 'project', selected: true },
        { kind: 'collaborator', selected: false },
      ],
    })
  })

  test('choosing the same again is not recorded, and both at once is a mistake', async () => {
    const { id, sha256 } = await addToProject(keyLine('project'))
    for (let time = 0; time < 3; time += 1) await choose(ann, { deselect: [id] })
    const entries = (await ann.call('GET', `/api/audit?action=device.keys-chosen&deviceId=${deviceId}`)).body
    expect(entries).toHaveLength(1)
    expect(entries[0].detail).toEqual({ deselected: `1: ${sha256}` })
    expect((await choose(ann, { select: [id], deselect: [id] })).body.error.mistakes[0].path).toEqual([
      'deselect',
    ])
  })

  test('a new key may be for some devices only', async () => {
    const other = await gateway.tcpDevice(projectId, `db-${projects}`, 9)
    await addToProject(keyLine('only db'), { devices: [other.id] })
    expect((await look()).keys[0].handedOut).toBe(false)
    const there = (await wes.call('GET', `/api/devices/${other.id}/keys`)).body
    expect(there.keys[0].handedOut).toBe(true)
    const elsewhere = await gateway.project(`elsewhere ${projects}`)
    const hidden = await gateway.tcpDevice(elsewhere, `hidden-${projects}`, 9)
    for (const device of [hidden.id, `dev_${'a'.repeat(20)}`]) {
      const refused = await ann.call('POST', '/api/keys', { text: keyLine(), devices: [device] })
      expect(refused.body.error).toMatchObject({ code: 'bad-request', mistakes: [{ path: ['devices'] }] })
    }
    expect((await ann.call('GET', '/api/keys')).body.total).toBe(0)
  })

  test('an expired key is shown and not handed out', async () => {
    const { id } = await add(ann, keyLine('ann'))
    await ann.call('PATCH', `/api/keys/${id}`, { expiresAt: 1 })
    expect((await look()).keys[0]).toMatchObject({
      handedOut: false,
      reasons: [{ expired: true, selected: true }],
    })
    expect(await engine.handedOut({ id: deviceId, projectId, name: 'x' })).toEqual([])
  })
})

describe('once a device was read', () => {
  test('each key is there or not, and strangers are named', async () => {
    const [there, restricted, missing, stranger] = ['there', 'restricted', 'missing', 'stranger'].map(
      (name) => keyLine(name),
    ) as [string, string, string, string]
    for (const line of [there, restricted, missing]) await addToProject(line)
    const watchers = keyLine('of a watcher')
    await add(wes, watchers)
    await engine.recordRead(deviceId, [
      sighting(there),
      sighting(restricted, 'restricted'),
      sighting(stranger),
      sighting(watchers),
    ])
    const { keys, strangers, readAt } = await look()
    expect(keys.map(({ onDevice }: EffectiveKey) => onDevice)).toEqual(['there', 'restricted', 'not-there'])
    expect(strangers.map(({ comment }: { comment: string }) => comment).sort()).toEqual([
      'of a watcher',
      'stranger',
    ])
    expect(readAt).toBeGreaterThan(0)
    await engine.recordRead(deviceId, [sighting(missing)])
    const later = await look()
    expect(later.keys.map(({ onDevice }: EffectiveKey) => onDevice)).toEqual([
      'not-there',
      'not-there',
      'there',
    ])
    expect(later.strangers).toEqual([])
  })

  test('what writes its list anew is named, as long as the last read told it', async () => {
    await add(bob, keyLine('of bob'))
    await engine.recordRead(deviceId, [], 'puppet')
    expect((await look()).rewriter).toBe('puppet')
    await engine.recordRead(deviceId, [])
    expect((await look()).rewriter).toBeNull()
  })

  test('a key says where it is and when it was pushed, as far as one may see', async () => {
    const line = keyLine('well known')
    const { id } = await add(bob, line)
    await engine.recordRead(deviceId, [sighting(line)])
    await engine.recordPushed(deviceId, [fingerprintOf(line)])
    const elsewhere = await gateway.project(`hidden ${projects}`)
    const hidden = await gateway.tcpDevice(elsewhere, `hid-${projects}`, 9)
    await engine.recordRead(hidden.id, [sighting(line)])
    const key = (await bob.call('GET', `/api/keys/${id}`)).body
    expect(key).toMatchObject({ foundOn: 1, lastPushedAt: expect.any(Number) })
    const places = (await bob.call('GET', `/api/keys/${id}/places`)).body
    expect(places).toMatchObject({ total: 1, places: [{ deviceId, state: 'there' }] })
    expect((await admin.call('GET', `/api/keys/${id}/places`)).body.total).toBe(2)
    expect((await look()).keys[0].pushedAt).toBe(key.lastPushedAt)
  })

  test('a key that is still there is deleted only when that is said, and is a stranger then', async () => {
    const line = keyLine('still there')
    const { id } = await add(bob, line)
    await engine.recordRead(deviceId, [sighting(line)])
    const refused = await bob.call('DELETE', `/api/keys/${id}`)
    expect(refused.body.error).toMatchObject({ code: 'in-use' })
    expect(refused.body.error.message).toContain(`web-${projects}`)
    const deleted = await bob.call('DELETE', `/api/keys/${id}?leave=1`)
    expect(deleted.body).toMatchObject({ total: 1, places: [{ deviceId }] })
    expect((await look()).strangers).toMatchObject([{ sha256: fingerprintOf(line), comment: 'still there' }])
  })

  test('what is known of a device ends with it', async () => {
    await engine.recordRead(deviceId, [sighting(keyLine())])
    await engine.recordPushed(deviceId, [fingerprintOf(keyLine())])
    await choose(ann, { byDefault: false })
    expect((await admin.call('DELETE', `/api/devices/${deviceId}`)).status).toBe(204)
    for (const table of ['keyReads', 'keySightings', 'keyPushes', 'keyDefaults'] as const) {
      const rows = await store.selectFrom(table).selectAll().where('deviceId', '=', deviceId).execute()
      expect([table, rows]).toEqual([table, []])
    }
  })
})

describe('keys of somebody who goes', () => {
  const places = async (person: Person, who: Person, project?: string) =>
    person.call(
      'GET',
      project === undefined
        ? `/api/users/${who.id}/key-places`
        : `/api/projects/${project}/members/${who.id}/key-places`,
    )

  test('are told with the devices that have them, as read and as pushed since', async () => {
    const [read, pushed, gone, shared] = [
      keyLine('read'),
      keyLine('pushed'),
      keyLine('gone'),
      keyLine('shared'),
    ]
    for (const line of [read, pushed, gone, shared]) await add(bob, line)
    await addToProject(shared)
    const other = await gateway.tcpDevice(projectId, `db-${projects}`, 9)
    await engine.recordPushed(deviceId, [read, gone].map(fingerprintOf))
    await engine.recordRead(deviceId, [sighting(read), sighting(shared)])
    await engine.recordPushed(other.id, [read, pushed].map(fingerprintOf))
    const { body } = await places(ann, bob, projectId)
    expect(body.keys.sort()).toEqual([read, pushed].map(fingerprintOf).sort())
    expect(body).toMatchObject({
      total: 2,
      places: [
        { name: other.name, keys: 2 },
        { deviceId, keys: 1 },
      ],
    })
    expect((await places(admin, bob)).body.total).toBe(2)
  })

  test('are told of one project to its owners, and of all to admins alone', async () => {
    const line = keyLine('of bob')
    await add(bob, line)
    const elsewhere = await gateway.project(`elsewhere ${projects}`)
    const hidden = await gateway.tcpDevice(elsewhere, `far-${projects}`, 9)
    await engine.recordRead(hidden.id, [sighting(line)])
    expect((await places(ann, bob, projectId)).body).toEqual({ keys: [], places: [], total: 0 })
    expect((await places(ann, bob, elsewhere)).status).toBe(404)
    expect((await places(ann, bob)).status).toBe(403)
    expect((await places(bob, bob, projectId)).status).toBe(403)
    expect((await places(admin, bob)).body).toMatchObject({ total: 1, places: [{ deviceId: hidden.id }] })
  })
})
