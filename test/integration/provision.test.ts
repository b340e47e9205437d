import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ProvisioningState } from '../../server/contract/provision.ts'
import { FakeClock } from '../fakes/clock.ts'
import { startDevice, type TestDevice } from './device.ts'
import { type Answer, request, startGateway, type TestGateway } from './gateway.ts'

const run = promisify(execFile)
const hour = 3_600_000
const names = ['meta-data', 'user-data', 'vendor-data', 'network-config', 'authorized_keys', 'metadata']

let folder: string
const hostKey: Record<string, string> = {}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifeline-provision-'))
  for (const name of ['user', 'ed25519', 'other']) {
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      `root@${name}`,
      '-f',
      join(folder, name),
    ])
    hostKey[name] = readFileSync(join(folder, `${name}.pub`), 'utf8')
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

let clock: FakeClock
let gateway: TestGateway
let far: TestDevice
let device: string
let address: string

beforeEach(async () => {
  clock = new FakeClock()
  gateway = await startGateway({}, clock)
  far = await startDevice()
  const projectId = await gateway.project('fleet')
  await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, { text: hostKey.user })
  device = (await gateway.tcpDevice(projectId, 'fresh-1', far.port)).id
  await far.connected()
  address = await mark()
})
afterEach(async () => {
  await gateway.close()
  await far.close()
})

const get = (path: string): Promise<Answer> => gateway.admin.call('GET', `/api/devices/${device}${path}`)
async function mark(body: object = {}): Promise<string> {
  const answer = await gateway.admin.call('POST', `/api/devices/${device}/provisioning`, body)
  expect(answer.body.kernelArgument).toBe(`ds=nocloud-net;s=${answer.body.address}`)
  return answer.body.address
}
const state = async (): Promise<NonNullable<ProvisioningState['provisioning']>> =>
  (await get('/provisioning')).body.provisioning
const fetchAs = (name: string, headers: Record<string, string> = {}, from = address) =>
  request(from, { method: 'GET', path: name, headers })
const statuses = async (from = address) =>
  Promise.all(names.map(async (name) => (await fetchAs(name, {}, from)).status))
const phoneHome = (fields: Record<string, string | undefined>) => {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return fetch(`${address}phone-home`, { method: 'POST', body: new URLSearchParams(given) })
}
const actions = async () =>
  (await gateway.admin.call('GET', '/api/audit')).body
    .map((entry: { action: string }) => entry.action)
    .filter((action: string) => /^(provision|vault|host-keys)/.test(action))
    .reverse()
const block = (key = '') =>
  `\r\n-----BEGIN SSH HOST KEY KEYS-----\r\n${key.trim()}\r\n-----END SSH HOST KEY KEYS-----\r\n`

describe('an address', () => {
  test('gives the documents, with one password however often they are asked for', async () => {
    expect(await statuses()).toEqual([200, 200, 200, 200, 200, 200])
    const [first, second] = [await fetchAs('user-data'), await fetchAs('user-data')]
    expect(first.text).toBe(second.text)
    expect(first.headers.get('cache-control')).toBe('no-store')
    const hash = /hashed_passwd: "(\$6\$[^"]+)"/.exec(first.text)?.[1] ?? ''
    expect((await fetchAs('metadata')).body).toMatchObject({ hostname: 'fresh-1', password_hash: hash })
    const shown = await gateway.admin.call('POST', `/api/devices/${device}/root-password/reveal`, {
      reason: 'a test',
    })
    const salt = hash.split('$')[2] ?? ''
    const input = `${shown.body.password}\n`
    const made = execFileSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], {
      input,
      encoding: 'utf8',
    })
    expect(made.trim()).toBe(hash)
    expect(gateway.logged()).not.toContain(shown.body.password)
  })

  test('gives the effective keys', async () => {
    expect((await fetchAs('authorized_keys')).text).toBe(hostKey.user)
    expect((await fetchAs('metadata')).body.ssh_keys).toEqual([hostKey.user?.trim()])
    expect((await fetchAs('user-data')).text).toContain(`- "${hostKey.user?.trim()}"`)
  })

  test('is reached under whatever name the machine has for the gateway, and goes on under it', async () => {
    const { port } = new URL(gateway.url)
    const as = async (host: string) =>
      (await run('curl', ['-s', '-H', `Host: ${host}`, `${address}user-data`])).stdout
    const token = address.split('/')[4]
    expect(await as(`10.0.2.2:${port}`)).toContain(
      `url: "http://10.0.2.2:${port}/provision/${token}/phone-home"`,
    )
    expect(await as('a"- evil')).not.toContain('evil')
  })

  test('is told once, and stands in no log', async () => {
    await statuses()
    const token = address.split('/')[4] ?? ''
    expect(token).toMatch(/^[a-z2-7]{20}[0-9a-f]{40}$/)
    expect((await get('/provisioning')).text).not.toContain(token.slice(20))
    expect((await gateway.admin.call('GET', '/api/audit')).text).not.toContain(token.slice(20))
    expect(gateway.logged()).not.toContain(token.slice(20))
  })

  test('that is another one is nothing', async () => {
    const token = address.split('/')[4] ?? ''
    const wrong = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')
    for (const other of [wrong, token.slice(0, -2), 'x'.repeat(60), `${'a'.repeat(20)}${'0'.repeat(40)}`]) {
      expect(await statuses(address.replace(token, other))).toEqual(Array(6).fill(404))
    }
    expect((await fetchAs('passwd')).status).toBe(404)
    expect((await fetchAs('')).status).toBe(404)
  })

  test('that somebody binds to another device in the database is nothing', async () => {
    const other = await gateway.tcpDevice((await get('')).body.projectId, 'other-1', far.port)
    const { default: Database } = await import('better-sqlite3')
    const database = new Database(join(gateway.folder, 'data', 'lifeline.db'))
    database.prepare('update provisions set deviceId = ?').run(other.id)
    database.close()
    expect(await statuses()).toEqual(Array(6).fill(404))
  })

  test('is dead when it is revoked, when the device is marked again, and when its time is over', async () => {
    await gateway.admin.call('DELETE', `/api/devices/${device}/provisioning`)
    expect(await statuses()).toEqual(Array(6).fill(410))
    const first = await mark()
    address = await mark({ hours: 2 })
    expect(await statuses(first)).toEqual(Array(6).fill(410))
    expect(await statuses()).toEqual(Array(6).fill(200))
    clock.advance(2 * hour - 1000)
    expect((await state()).state).toBe('fetched')
    clock.advance(1000)
    expect(await statuses()).toEqual(Array(6).fill(410))
    expect((await state()).state).toBe('expired')
    await expect.poll(actions).toContain('provision.expired')
  })

  test('does not last longer when the clock is set back', async () => {
    clock.advance(hour)
    clock.setWall(-20 * hour)
    clock.advance(23 * hour)
    expect(await statuses()).toEqual(Array(6).fill(410))
  })

  test('gives no password that nobody can find out any more', async () => {
    address = await mark({ hours: 48 })
    expect((await fetchAs('user-data')).status).toBe(200)
    await gateway.admin.call('DELETE', `/api/devices/${device}/root-password`)
    expect((await fetchAs('user-data')).status).toBe(410)
    expect((await state()).state).toBe('expired')
  })

  test('is not asked for without end', async () => {
    const all = await Promise.all(Array.from({ length: 301 }, () => fetchAs('vendor-data')))
    const late = all.filter(({ status }) => status === 429)
    expect(late.length).toBeGreaterThan(0)
    expect(late[0]?.headers.get('retry-after')).toBeTruthy()
  })

  test('serves a network config of the owner, as it is', async () => {
    address = await mark({ networkConfig: 'version: 2\n# mine\n' })
    expect((await fetchAs('network-config')).text).toBe('version: 2\n# mine\n')
  })
})

describe('phoning home', () => {
  test('ends it: the machine is provisioned, its address dead, each step in the audit', async () => {
    await statuses()
    expect((await state()).state).toBe('fetched')
    const answer = await phoneHome({
      pub_key_ed25519: hostKey.ed25519,
      hostname: 'fresh-1',
      instance_id: (await state()).id,
    })
    expect(answer.status).toBe(204)
    expect((await state()).state).toBe('provisioned')
    expect(await statuses()).toEqual(Array(6).fill(410))
    expect((await phoneHome({ pub_key_ed25519: hostKey.other })).status).toBe(410)
    expect(await actions()).toEqual([
      'provision.marked',
      'provision.fetched',
      'vault.sealed',
      'provision.finished',
    ])
  })

  test('with the key that the console has printed: both agree, and ssh is told', async () => {
    await fetchAs('user-data')
    await far.print(`booting${block(hostKey.ed25519)}login: `)
    await expect.poll(async () => (await get('')).body.console.lastLine).toBe('login:')
    await phoneHome({ pub_key_ed25519: hostKey.ed25519 })
    await expect.poll(async () => (await get('/host-keys')).body.state).toBe('agree')
    expect((await get('/host-keys')).body.keys).toMatchObject([
      { type: 'ssh-ed25519', sources: ['console', 'phone-home'], verified: true },
    ])
    for (const query of ['', '?hashed=1']) {
      const file = join(folder, 'known_hosts')
      writeFileSync(file, (await gateway.admin.call('GET', `/api/known_hosts${query}`)).text)
      const found = execFileSync('ssh-keygen', ['-F', 'fresh-1', '-f', file], { encoding: 'utf8' })
      expect(found).toContain(hostKey.ed25519?.split(' ')[1])
    }
  })

  test('with another key than the console printed is told loudly, and ssh gets none', async () => {
    await fetchAs('user-data')
    await far.print(`booting${block(hostKey.ed25519)}login: `)
    await expect.poll(async () => (await get('')).body.console.lastLine).toBe('login:')
    await phoneHome({ pub_key_ed25519: hostKey.other })
    await expect.poll(async () => (await get('/host-keys')).body.state).toBe('mismatch')
    expect((await get('')).body.console.attention).toMatchObject({ alarm: 'host-keys' })
    expect(await actions()).toContain('host-keys.mismatch')
    const known = (await gateway.admin.call('GET', '/api/known_hosts?unverified=1')).text
    expect(known).toMatch(/^# fresh-1: console and network told different host keys/)
    expect(known).not.toContain('ssh-ed25519')
    await gateway.admin.call('DELETE', `/api/devices/${device}/host-keys`)
    expect((await get('/host-keys')).body).toMatchObject({ state: 'none', keys: [] })
  })

  test('without a word of the console is no proof: ssh gets the key only when asked for so', async () => {
    // A block from before the machine asked is anybody's word.
    await far.print(`${block(hostKey.other)}old`)
    await expect.poll(async () => (await get('')).body.console.lastLine).toBe('old')
    await fetchAs('user-data')
    await phoneHome({ pub_key_ed25519: hostKey.ed25519 })
    await expect
      .poll(
        async () => {
          clock.advance(2000)
          return actions()
        },
        { timeout: 60_000, interval: 20 },
      )
      .toContain('host-keys.kept')
    expect((await get('/host-keys')).body).toMatchObject({ state: 'unverified', keys: [{ verified: false }] })
    expect((await gateway.admin.call('GET', '/api/known_hosts')).text).toBe('')
    const asked = (await gateway.admin.call('GET', `/api/known_hosts?unverified=1&deviceId=${device}`)).text
    expect(asked).toBe(`fresh-1 ${hostKey.ed25519?.split(' ').slice(0, 2).join(' ')} unverified\n`)
  })

  test('never comes, and still the console has told', async () => {
    await fetchAs('user-data')
    await far.print(`booting${block(hostKey.ed25519)}login: `)
    await expect.poll(async () => (await get('')).body.console.lastLine).toBe('login:')
    await expect
      .poll(async () => {
        clock.advance(60_000)
        return (await get('/host-keys')).body.state
      })
      .toBe('console')
  })

  test('with anything but keys is taken without them', async () => {
    const fields = {
      pub_key_rsa: 'N/A',
      pub_key_ed25519: `ssh-rsa ${'A'.repeat(80)}`,
      pub_key_ecdsa: '\u0000',
    }
    expect((await phoneHome(fields)).status).toBe(204)
    expect((await get('/host-keys')).body.state).toBe('none')
    expect((await fetch(`${address}phone-home`, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(
      410,
    )
  })
})
