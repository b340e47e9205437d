import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PowerView } from '../../server/contract/power.ts'
import { type RedfishService, startRedfish } from '../lab/redfish/service.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let bmc: RedfishService
let owner: Person
let watcher: Person
let projectId: string

beforeAll(async () => {
  gateway = await startGateway()
  // As the mockup "public-rackmount1" (DSP2043) has them.
  const graceful = ['GracefulShutdown', 'GracefulRestart']
  const resets = ['On', 'ForceOff', ...graceful, 'ForceRestart', 'Nmi', 'ForceOn', 'PushPowerButton']
  bmc = await startRedfish({ resets })
  projectId = await gateway.project('fleet')
  owner = await gateway.person('owner', { projectId, role: 'owner' })
  watcher = await gateway.person('watcher', { projectId, role: 'watcher' })
})
afterAll(async () => {
  await gateway.close()
  await bmc.close()
})

let made = 0
async function device() {
  made += 1
  const { id, name } = await gateway.tcpDevice(projectId, `node-${made}`, 9)
  return { id, name, path: `/api/devices/${id}/power` }
}
const redfish = () => ({ kind: 'redfish', host: bmc.host, port: bmc.port, username: bmc.user })

/** A device whose power an admin has set up, with the certificate accepted. */
async function powered() {
  const made = await device()
  await gateway.admin.call('PUT', `${made.path}/control`, { control: redfish(), password: bmc.password })
  const accepted = await gateway.admin.call('POST', `${made.path}/certificate`, {
    fingerprint: bmc.fingerprint,
  })
  expect(accepted.body.reading).toMatchObject({ power: expect.stringMatching(/^on|off$/) })
  return made
}

async function ended(path: string): Promise<PowerView> {
  let view: PowerView | undefined
  await expect
    .poll(
      async () => {
        view = (await gateway.admin.call('GET', path)).body
        return view?.run?.state
      },
      { timeout: 60_000, interval: 20 },
    )
    .not.toBe('running')
  if (view === undefined) throw new Error('never')
  return view
}

describe('the power of many', () => {
  test('is told of what one may see; the rest answers like what does not exist', async () => {
    const seen = await powered()
    const bare = await device()
    const hidden = (await gateway.tcpDevice(await gateway.project('hidden'), 'hidden-1', 9)).id
    const devices = [seen.id, bare.id, hidden, `dev_${'a'.repeat(20)}`]
    const look = async () => (await watcher.call('POST', '/api/power', { devices })).body
    const power = expect.stringMatching(/^on|off$/)
    await expect.poll(look).toEqual([
      { deviceId: seen.id, reading: { power, at: expect.any(Number) }, pending: false },
      { deviceId: bare.id, reading: null, pending: false },
    ])
    const tooMany = Array.from({ length: 501 }, () => seen.id)
    expect((await watcher.call('POST', '/api/power', { devices: tooMany })).status).toBe(400)
  })
})

describe('power control', () => {
  test('of a device without one: it says so, and switches nothing', async () => {
    const { path, name } = await device()
    expect((await owner.call('GET', path)).body).toEqual({
      control: null,
      kind: null,
      passwordKept: false,
      reading: null,
      run: null,
      may: { act: true, configure: true },
    })
    const refused = await owner.call('POST', path, { act: { act: 'on' }, confirm: name })
    expect([refused.status, refused.body.error.code]).toEqual([409, 'no-power-control'])
  })

  test('a certificate that nobody vouches for waits to be accepted; then the machine is switched, and all of it audited', async () => {
    const { id, path, name } = await device()
    const set = await gateway.admin.call('PUT', `${path}/control`, {
      control: redfish(),
      password: bmc.password,
    })
    expect(set.body.reading).toMatchObject({
      power: 'unknown',
      cause: { code: 'host-key-unknown', offered: bmc.fingerprint },
    })
    const wrong = await gateway.admin.call('POST', `${path}/certificate`, {
      fingerprint: `SHA256:${'A'.repeat(43)}`,
    })
    expect(wrong.status).toBe(400)
    await gateway.admin.call('POST', `${path}/certificate`, { fingerprint: bmc.fingerprint })

    const mistaken = await owner.call('POST', path, { act: { act: 'on' }, confirm: 'node-0' })
    expect([mistaken.status, mistaken.body.error.mistakes[0].path]).toEqual([400, ['confirm']])
    expect(bmc.resets()).toEqual([])

    const begun = await owner.call('POST', path, { act: { act: 'on' }, confirm: name })
    expect(begun.body).toMatchObject({ state: 'running', by: 'owner' })
    const view = await ended(path)
    expect(view).toMatchObject({
      reading: { power: 'on' },
      run: { state: 'done', words: 'The machine is on.' },
    })
    expect(bmc.resets()).toEqual(['On'])
    expect(bmc.sessions()).toBe(0)

    const audit = await gateway.admin.call('GET', `/api/audit?deviceId=${id}`)
    const acts = audit.body.map(({ action }: { action: string }) => action)
    expect(acts).toEqual(
      expect.arrayContaining([
        'power.configured',
        'power.certificate-accepted',
        'power.ordered',
        'power.ended',
      ]),
    )
  })

  test('of a BMC that offers no power cycle: it is switched off and on', async () => {
    const { path, name } = await powered()
    await owner.call('POST', path, { act: { act: 'on' }, confirm: name })
    await ended(path)
    const before = bmc.resets().length
    await owner.call('POST', path, { act: { act: 'cycle' }, confirm: name })
    expect((await ended(path)).run).toMatchObject({
      state: 'done',
      words: expect.stringContaining('off and on'),
    })
    expect(bmc.resets().slice(before)).toEqual(['ForceOff', 'On'])
  })

  test('one act at a time', async () => {
    const { path, name } = await powered()
    const order = () => owner.call('POST', path, { act: { act: 'boot-once', device: 'pxe' }, confirm: name })
    const answers = await Promise.all([order(), order()])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    await ended(path)
  })

  test('the password goes nowhere but to where it was entered for', async () => {
    const { path } = await powered()
    const elsewhere = { ...redfish(), port: bmc.port + 1 }
    const moved = await gateway.admin.call('PUT', `${path}/control`, { control: elsewhere })
    expect([moved.status, moved.body.error.mistakes[0].path]).toEqual([400, ['password']])
    const kept = await gateway.admin.call('PUT', `${path}/control`, { control: redfish() })
    expect(kept.body).toMatchObject({ passwordKept: true })
  })

  test('the password is forgotten with the control, and where a program takes its place', async () => {
    const sealed = (deviceId: string) => {
      const database = new Database(join(gateway.folder, 'data', 'lifeline.db'), { readonly: true })
      const all = "select name from sealed where ownerKind = 'power' and ownerId = ?"
      const names = database.prepare(all).all(deviceId)
      database.close()
      return names.length
    }
    const [one, other] = [await powered(), await powered()]
    expect([sealed(one.id), sealed(other.id)]).toEqual([1, 1])
    await gateway.admin.call('DELETE', `${one.path}/control`)
    const control = { kind: 'command', steps: {} }
    const replaced = await gateway.admin.call('PUT', `${other.path}/control`, { control })
    expect(replaced.body).toMatchObject({ kind: 'command', passwordKept: false })
    expect([sealed(one.id), sealed(other.id)]).toEqual([0, 0])
  })

  test('a program, and an address of the gateway itself, are for admins', async () => {
    const { path } = await device()
    const command = { kind: 'command', status: ['true'], steps: {} }
    expect((await owner.call('PUT', `${path}/control`, { control: command })).status).toBe(403)
    const local = await owner.call('PUT', `${path}/control`, { control: redfish(), password: bmc.password })
    expect(local.body.reading).toMatchObject({ power: 'unknown', cause: { code: 'not-allowed' } })
  })

  test('who may only watch sees the reading, not how it is had', async () => {
    const { path } = await powered()
    const seen = await watcher.call('GET', path)
    expect(seen.body).toMatchObject({ control: null, kind: 'redfish', may: { act: false, configure: false } })
  })

  test('the password is in no answer, log, audit or file, and gone with the device', async () => {
    const { id, path } = await powered()
    const texts = [(await gateway.admin.call('GET', path)).text, gateway.logged()]
    texts.push((await gateway.admin.call('GET', '/api/audit')).text)
    texts.push(await readFile(join(gateway.folder, 'data', 'lifeline.db'), 'latin1'))
    for (const text of texts) expect(text).not.toContain(bmc.password)
    expect((await gateway.admin.call('DELETE', `/api/devices/${id}`)).status).toBe(204)
    expect((await gateway.admin.call('GET', path)).status).toBe(404)
  })
})
