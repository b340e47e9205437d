import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { limits } from '../../server/contract/limits.ts'
import type { Push, PushInput } from '../../server/contract/pushes.ts'
import { cksum } from '../../server/operator/cksum.ts'
import { openStore } from '../../server/store/database.ts'
import { hostKeyRepository } from '../../server/store/provisions.ts'
import { fingerprintOf, keyLine } from '../fakes/key-lines.ts'
import { accountsCanBeMade, type LabAccount, labAccount } from '../lab/account.ts'
import { gettyNeeds } from '../lab/getty.ts'
import { type GettyPort, startGettyPort } from '../lab/getty-port.ts'
import { processList } from '../lab/process-list.ts'
import { run } from '../lab/run.ts'
import { type SshServer, startSshd } from '../lab/sshd.ts'
import { startDevice } from './device.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'
import { view } from './viewer.ts'

let gateway: TestGateway
let projectId: string
let keys: string[]
beforeEach(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  keys = [keyLine('ann@example.org'), keyLine('ben@example.org')]
  for (const text of keys) await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, { text })
})
afterEach(() => gateway.close())

const order = (input: PushInput, headers: Record<string, string> = {}, who: Person = gateway.admin) =>
  who.call('POST', '/api/pushes', input, headers)
const ended = (id: string): Promise<Push> =>
  vi.waitFor(
    async () => {
      const { body } = await gateway.admin.call('GET', `/api/pushes/${id}`)
      if (body.endedAt === null) throw new Error(JSON.stringify(body.devices))
      return body
    },
    { timeout: 100_000, interval: 50 },
  )
async function pushed(input: PushInput): Promise<Push['devices'][number]> {
  const begun = await order(input)
  expect([begun.status, begun.text]).toEqual([200, expect.any(String)])
  const [device] = (await ended(begun.body.id)).devices
  if (device === undefined) throw new Error('It has no device.')
  return device
}
/** How it ended, and all that its API and everybody's arguments and environment said meanwhile. */
async function watched(begun: { body: Push; text: string }): Promise<{ push: Push; said: string[] }> {
  const said = [begun.text]
  const push = await vi.waitFor(
    async () => {
      said.push(processList())
      const { body, text } = await gateway.admin.call('GET', `/api/pushes/${begun.body.id}`)
      said.push(text)
      if (body.endedAt === null) throw new Error(text)
      return body
    },
    { timeout: 60_000, interval: 50 },
  )
  return { push, said }
}
/** Files that the gateway keeps. */
async function filesWith(secret: string): Promise<string[]> {
  const files = await readdir(gateway.folder, { recursive: true, withFileTypes: true })
  const read = files
    .filter((file) => file.isFile())
    .map(async ({ parentPath, name }) =>
      (await readFile(join(parentPath, name))).includes(secret) ? [name] : [],
    )
  return (await Promise.all(read)).flat()
}
/** A device whose console is this, when its line is up. */
async function deviceAt({ port }: GettyPort, name = 'box'): Promise<string> {
  const { id } = await gateway.tcpDevice(projectId, name, port)
  await expect
    .poll(async () => (await gateway.admin.call('GET', `/api/devices/${id}`)).body.console.line.state)
    .toBe('online')
  return id
}
const resultsOf = ({ keys }: Push['devices'][number]) => keys.map(({ result, proof }) => [result, proof])

const needs = gettyNeeds()

describe.skipIf(needs !== undefined)(
  `over a console${needs === undefined ? '' : ` (needs ${needs})`}`,
  () => {
    const password = 'Tr0ub4dor & 3'
    let far: GettyPort
    let id: string
    let file: string
    beforeEach(async () => {
      const config = 'AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/keys/*.pub'
      const prepare = `echo '${config}' >/root/config; mount --bind /root/config /etc/ssh/sshd_config`
      far = await startGettyPort({ password, prepare })
      file = join(far.machine.root, '.ssh/authorized_keys')
      id = await deviceAt(far)
    })
    afterEach(() => far.close())
    const given = (more: Partial<PushInput> = {}): PushInput => ({
      devices: [id],
      password: { from: 'given', password },
      ...more,
    })

    test('keys are put there, and the password is in no history, log, audit, answer, and in nobody’s arguments', async () => {
      const ann = await view(gateway.admin.socket(id))
      ann.type('\r')
      await ann.sees('login: ')
      const begun = await order(given())
      expect(begun.body).toMatchObject({
        act: 'add',
        account: 'root',
        counts: { queued: 1 },
        may: { cancel: true },
      })
      const { push, said: answers } = await watched(begun)
      const [device] = push.devices
      if (device === undefined) throw new Error('It has no device.')
      expect(device).toMatchObject({
        state: 'done',
        way: 'console',
        why: 'The console: the device has no address here.',
        message: '2 added. Logged out: the login prompt is back.',
        wrote: {
          path: '/root/.ssh/authorized_keys',
          before: 0,
          sumBefore: null,
          sumAfter: `cksum ${cksum(await readFile(file))}`,
        },
        passedOver: [{ entry: '/etc/ssh/keys/*.pub', why: 'pattern' }],
        keys: [{ newLine: 1 }, { newLine: 2 }],
      })
      expect(resultsOf(device)).toEqual([
        ['added', 'not-reachable'],
        ['added', 'not-reachable'],
      ])
      expect(await readFile(file, 'utf8')).toBe(`${keys.join('\n')}\n`)
      await ann.told('viewers', ({ viewers }) => viewers.some(({ name }) => name.endsWith('(push)')))
      await ann.told('job', ({ job }) => job.kind === 'push' && job.state === 'done')
      const audit = await gateway.admin.call('GET', `/api/audit?action=device.keys-pushed`)
      expect(audit.body).toMatchObject([
        { target: 'box', detail: { state: 'done', [fingerprintOf(keys[0] ?? '')]: 'added, not-reachable' } },
      ])
      const known = await gateway.admin.call('GET', `/api/devices/${id}/keys`)
      expect(known.body.keys[0].pushedAt).toEqual(expect.any(Number))
      answers.push(audit.text, (await gateway.admin.call('GET', '/api/audit')).text)
      const said = [...answers, gateway.logged(), ann.bytes().toString('latin1')]
      ann.kill()
      expect(said.filter((text) => text.includes(password))).toEqual([])
      expect(await filesWith(password)).toEqual([])
    })

    test('the same request twice is one push, and the second push changes nothing', async () => {
      const key = { 'Idempotency-Key': 'one' }
      const twice = await Promise.all([order(given(), key), order(given(), key)])
      expect(new Set(twice.map(({ body }) => body.id)).size).toBe(1)
      await ended(twice[0].body.id)
      const before = await stat(file, { bigint: true })
      expect((await order(given(), key)).body).toMatchObject({ id: twice[0].body.id, counts: { done: 1 } })
      expect((await order(given({ dryRun: true }), key)).status).toBe(409)
      // Both come to the device one after the other.
      const [first, second] = await Promise.all([pushed(given()), pushed(given())])
      expect([resultsOf(first), resultsOf(second)]).toEqual(
        Array(2).fill([
          ['present', 'not-reachable'],
          ['present', 'not-reachable'],
        ]),
      )
      const after = await stat(file, { bigint: true })
      expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs])
    })

    test('a dry run and a reading write nothing, and what was read is known', async () => {
      const dry = await pushed(given({ dryRun: true }))
      expect(dry).toMatchObject({ state: 'done', wrote: null })
      expect(resultsOf(dry)).toEqual(Array(2).fill(['would-add', 'not-asked']))
      const [change, ...none] = dry.changes
      expect([change?.added, change?.taken, none]).toEqual([keys, [], []])
      expect(change?.path).toMatch(/\/\.ssh\/authorized_keys$/)
      await expect(stat(file)).rejects.toThrow('ENOENT')
      await pushed(given({ keys: [fingerprintOf(keys[0] ?? '')] }))
      const read = await pushed(given({ act: 'read' }))
      expect(read.found).toMatchObject([
        {
          sha256: fingerprintOf(keys[0] ?? ''),
          state: 'there',
          comment: 'ann@example.org',
          line: { number: 1 },
        },
      ])
      const list = async () => (await gateway.admin.call('GET', `/api/devices/${id}/keys`)).body
      const known = async () => (await list()).keys.map(({ onDevice }: { onDevice: string }) => onDevice)
      expect(await known()).toEqual(['there', 'not-there'])
      await pushed(given())
      expect(await known()).toEqual(['there', 'there'])
      // Somebody writes the file anew.
      await writeFile(file, '# HEADER: This file was autogenerated at 2026-11-28 09:00:00 +0000\n')
      await pushed(given({ act: 'read' }))
      expect([await known(), (await list()).rewriter]).toEqual([['not-there', 'not-there'], 'puppet'])
      const { message } = await pushed(given())
      expect(message).toContain('2 had been pushed here before. Puppet writes this file anew')
    })

    test('somebody’s session is left alone, unless it is to be used', async () => {
      const ann = await view(gateway.admin.socket(id))
      ann.type('\r')
      await ann.sees('login: ')
      ann.type('root\r')
      await ann.sees('Password: ')
      ann.type(`${password}\r`)
      await ann.sees('# ')
      expect(await pushed({ devices: [id] })).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('Somebody is logged in on the console'),
      })
      const used = await pushed({
        devices: [id],
        session: 'use',
        password: { from: 'given', password: 'whatever', keep: true },
      })
      expect(used).toMatchObject({ state: 'done', message: expect.stringContaining('is as it was') })
      expect(used.message).toContain('The password was not needed')
      ann.type('echo still""here\r')
      await ann.sees('stillhere')
      ann.kill()
    })

    test('the password that is kept is used for who may not see it, and the audit says so', async () => {
      const vault = `/api/devices/${id}/root-password`
      await gateway.admin.call('PUT', vault, { password })
      const ben = await gateway.person('ben', { projectId, role: 'collaborator' })
      expect((await ben.call('POST', `${vault}/reveal`, { reason: 'to see it' })).status).toBe(403)
      const kept: PushInput = { devices: [id], password: { from: 'vault' } }
      const begun = await order(kept, {}, ben)
      const [device] = (await ended(begun.body.id)).devices
      expect(device).toMatchObject({ state: 'done', message: expect.stringContaining('2 added.') })
      const [entry] = (await gateway.admin.call('GET', '/api/audit?action=vault.used')).body
      expect(entry).toMatchObject({
        actor: 'ben@example.org',
        target: 'box',
        detail: { for: `push ${begun.body.id}` },
      })
      const hostKeys = { [id]: `SHA256:${'A'.repeat(43)}` }
      expect(await order({ ...kept, hostKeys }, {}, ben)).toMatchObject({ status: 403 })
      await gateway.admin.call('DELETE', vault)
      expect(await pushed(kept)).toMatchObject({
        state: 'failed',
        message: expect.stringContaining('destroyed'),
      })
    })

    test('the password is kept once it has opened the device, for who may set it', async () => {
      const vault = `/api/devices/${id}/root-password`
      const kept = async () => (await gateway.admin.call('GET', vault)).body.state
      const keeping = (words: string): PushInput => ({
        act: 'read',
        devices: [id],
        password: { from: 'given', password: words, keep: true },
      })
      const ben = await gateway.person('ben', { projectId, role: 'collaborator' })
      expect((await order(keeping(password), {}, ben)).status).toBe(403)
      const other = await order({ ...keeping(password), account: 'ann' })
      expect(other).toMatchObject({ status: 400, text: expect.stringContaining('ann is to log in') })
      expect(await pushed(keeping('not the password'))).toMatchObject({ state: 'failed' })
      expect(await kept()).toBe('none')
      expect(await pushed(keeping(password))).toMatchObject({
        state: 'done',
        message: expect.stringContaining('The password is kept as root’s for up to 24 hours.'),
      })
      expect(await kept()).toBe('kept')
      const shown = await gateway.admin.call('POST', `${vault}/reveal`, { reason: 'a test' })
      expect(shown.body.password).toBe(password)
    })

    test('whoever loses the right to it stops pushing', async () => {
      const ben = await gateway.person('ben', { projectId, role: 'collaborator' })
      const ann = await view(gateway.admin.socket(id, '?watch=1'))
      const begun = await order(given(), {}, ben)
      const waiting = await order(given(), {}, ben)
      await ann.sees('# ')
      await gateway.admin.call('DELETE', `/api/projects/${projectId}/members/${ben.id}`)
      expect((await ended(begun.body.id)).devices).toMatchObject([
        { state: 'failed', message: expect.stringContaining('no longer have access') },
      ])
      expect((await ended(waiting.body.id)).devices).toMatchObject([
        { state: 'cancelled', message: 'ben may not put keys on this device any more.', way: null },
      ])
      await expect(stat(file)).rejects.toThrow('ENOENT')
      ann.kill()
    })

    test.each([
      ['by who ordered it', (push: string) => `/api/pushes/${push}`],
      ['by somebody at the console', () => `/api/devices/${id}/job`],
    ])('stopped %s, it leaves the console in order, and the rest is tried again', async (_, path) => {
      const ann = await view(gateway.admin.socket(id))
      const begun = await order(given())
      await ann.sees('# ')
      const stopped = await gateway.admin.call('DELETE', path(begun.body.id))
      expect(stopped.status).toBe(200)
      const push = await ended(begun.body.id)
      expect(push).toMatchObject({ counts: { cancelled: 1 }, may: { cancel: false, retry: true } })
      expect(push.devices[0]?.message).toContain('stopped it. Logged out')
      const again = await gateway.admin.call('POST', `/api/pushes/${push.id}/retry`, {
        password: { from: 'given', password },
      })
      expect(again.body).toMatchObject({ retryOf: push.id })
      expect((await ended(again.body.id)).counts).toMatchObject({ done: 1 })
      ann.kill()
    })
  },
)

describe.skipIf(needs !== undefined)('over a console, of a device with an address', () => {
  test('the host key that is read there lets the keys be proved, and SSH be tried the next time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-pushes-'))
    const server = await startSshd({
      config: ['PermitRootLogin yes', `AuthorizedKeysFile ${join(folder, '%u_keys')}`],
    })
    const scan = `ssh-keyscan -t ed25519 -p ${server.port} ${server.host} 2>/dev/null`
    const password = 'not of this machine'
    const prepare = `${scan} | cut -d' ' -f2- >/etc/ssh/ssh_host_ed25519_key.pub`
    const far = await startGettyPort({ password, prepare })
    try {
      await symlink(join(far.machine.root, '.ssh/authorized_keys'), join(folder, 'root_keys'))
      const id = await deviceAt(far)
      await gateway.admin.call('PATCH', `/api/devices/${id}`, { address: server.host })
      const input: PushInput = {
        devices: [id],
        port: server.port,
        password: { from: 'given', password },
      }
      const first = await pushed(input)
      expect(first).toMatchObject({ way: 'console', why: expect.stringContaining('nobody has accepted') })
      expect(resultsOf(first)).toEqual(Array(2).fill(['added', 'accepted']))
      const known = await gateway.admin.call('GET', `/api/devices/${id}/host-keys`)
      const lines = await gateway.admin.call('GET', '/api/known_hosts')
      expect(lines.text).toMatch(/^box,127.0.0.1 ssh-ed25519 \S{68} verified: console\n$/)
      expect(known.body).toMatchObject({ state: 'console', keys: [{ sha256: server.fingerprints.ed25519 }] })
      const second = await pushed(input)
      expect(second).toMatchObject({
        state: 'done',
        way: 'console',
        why: expect.stringContaining('after SSH failed'),
      })
      expect(resultsOf(second)).toEqual(Array(2).fill(['present', 'accepted']))
    } finally {
      await far.close()
      await server.close()
      await rm(folder, { recursive: true })
    }
  })
})

test('a demo device takes no keys: they would let people in on the gateway’s own machine', async () => {
  const transport = { kind: 'demo', scene: 'box' }
  const demo = await gateway.admin.call('POST', '/api/devices', { projectId, name: 'demo', transport })
  const password = { from: 'given', password: 'lifeline' } as const
  for (const act of ['add', 'remove', 'read'] as const) {
    const keysToRemove = act === 'remove' ? { keys: [fingerprintOf(keys[0] ?? '')] } : {}
    const device = await pushed({ act, devices: [demo.body.id], password, ...keysToRemove })
    expect(device).toMatchObject({ state: 'failed', way: null, keys: [], wrote: null, found: null, typed: 0 })
    expect(device.message).toContain('machine of the gateway')
  }
})

test('a push goes to the devices with a tag, of the projects in which one may push', async () => {
  const elsewhere = await gateway.project('elsewhere')
  const devices = []
  for (const [project, name, tags] of [
    [projectId, 'mine', ['rack-4', 'db', 'db']],
    [projectId, 'other', ['web']],
    [elsewhere, 'theirs', ['db', 'hidden']],
  ] as const) {
    const { id } = await gateway.tcpDevice(project, name, 9)
    devices.push((await gateway.admin.call('PATCH', `/api/devices/${id}`, { tags })).body)
  }
  expect(devices[0].tags).toEqual(['db', 'rack-4'])
  expect(
    (await gateway.admin.call('PATCH', `/api/devices/${devices[0].id}`, { tags: ['Rack 4'] })).status,
  ).toBe(400)
  const kept = await gateway.admin.call('PATCH', `/api/devices/${devices[0].id}`, { description: 'x' })
  expect(kept.body.tags).toEqual(['db', 'rack-4'])
  const ben = await gateway.person('ben', { projectId, role: 'collaborator' })
  const names = async (tags: string[], who: Person) =>
    (await order({ act: 'read', tags }, {}, who)).body.devices
      .map(({ name }: Push['devices'][number]) => name)
      .sort()
  expect(await names(['db', 'rack-4'], ben)).toEqual(['mine'])
  expect(await names(['db', 'web'], gateway.admin)).toEqual(['mine', 'other', 'theirs'])
  // What is not theirs to see answers like what does not exist.
  const [hidden, missing] = [
    await order({ act: 'read', tags: ['hidden'] }, {}, ben),
    await order({ act: 'read', tags: ['missing'] }, {}, ben),
  ]
  expect(hidden.status).toBe(400)
  expect(hidden.text.replaceAll('hidden', 'missing')).toBe(missing.text)
})

test('a retry takes the devices to which one may push, and no others', async () => {
  const elsewhere = await gateway.project('elsewhere')
  const [mine, theirs] = [
    await gateway.tcpDevice(projectId, 'mine', 9),
    await gateway.tcpDevice(elsewhere, 'theirs', 9),
  ]
  const ben = await gateway.person('ben', { projectId, role: 'collaborator' })
  await gateway.admin.call('PUT', `/api/projects/${elsewhere}/members`, { email: ben.email, role: 'watcher' })
  const begun = await order({ act: 'read', devices: [mine.id, theirs.id] })
  const { id } = await ended(begun.body.id)
  expect((await ben.call('GET', `/api/pushes/${id}`)).body).toMatchObject({
    counts: { failed: 2 },
    may: { retry: true },
  })
  const again = await ben.call('POST', `/api/pushes/${id}/retry`, {})
  expect(again.body.devices).toMatchObject([{ deviceId: mine.id }])
  await gateway.admin.call('PUT', `/api/projects/${projectId}/members`, { email: ben.email, role: 'watcher' })
  expect((await ben.call('POST', `/api/pushes/${id}/retry`, {})).status).toBe(403)
})

test('so many devices are worked at as the settings say, and the others wait', async () => {
  const gateway = await startGateway({ LIFELINE_PUSH_DEVICES_AT_ONCE: '1' })
  try {
    const projectId = await gateway.project('fleet')
    for (const name of ['a', 'b', 'c', 'd']) await gateway.tcpDevice(projectId, name, 9)
    const begun = await gateway.admin.call('POST', '/api/pushes', { projects: [projectId], act: 'read' })
    const read = async (): Promise<Push> =>
      (await gateway.admin.call('GET', `/api/pushes/${begun.body.id}`)).body
    await expect.poll(async () => (await read()).endedAt, { timeout: 30_000 }).not.toBeNull()
    const { devices } = await read()
    const times = devices.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt])
    expect(times).toEqual(times.toSorted((one, other) => Number(one) - Number(other)))
  } finally {
    await gateway.close()
  }
})

test('so many pushes of one user may be under way, and no more', async () => {
  // A line that is up, and says nothing.
  const line = await startDevice()
  const { id } = await gateway.tcpDevice(projectId, 'box', line.port)
  await line.connected()
  const answers = []
  for (let count = 0; count <= limits.pushesPerUser; count += 1) {
    answers.push(await order({ devices: [id], act: 'read' }))
  }
  expect(answers.map(({ status }) => status)).toEqual([...Array(limits.pushesPerUser).fill(200), 429])
  for (const { body } of answers) await gateway.admin.call('DELETE', `/api/pushes/${body.id}`)
  await line.close()
})

describe.skipIf(!accountsCanBeMade())('over SSH (needs root, for a real account)', () => {
  let account: LabAccount
  let server: SshServer
  let id: string
  beforeEach(async () => {
    account = await labAccount('lifeline-pushes')
    await run('rm', ['-rf', join(account.home, '.ssh')])
    server = await startSshd({ config: ['AuthorizedKeysFile .ssh/authorized_keys'] })
    id = (await gateway.tcpDevice(projectId, 'box', 9)).id
    await gateway.admin.call('PATCH', `/api/devices/${id}`, { address: server.host })
  })
  afterEach(() => server.close())

  async function acceptHostKey(): Promise<void> {
    const store = await openStore(join(gateway.folder, 'data', 'lifeline.db'))
    const sha256 = server.fingerprints.ed25519 ?? ''
    const heard = {
      deviceId: id,
      source: 'console',
      sha256,
      type: 'ssh-ed25519',
      line: null,
      seenAt: 1,
    } as const
    await hostKeyRepository(store).replace(id, 'console', [heard])
    await store.destroy()
  }
  const given = (more: Partial<PushInput> = {}): PushInput => ({
    devices: [id],
    account: account.user,
    port: server.port,
    password: { from: 'given', password: account.password },
    ...more,
  })

  const audited = async () =>
    (await gateway.admin.call('GET', '/api/audit?action=device.keys-pushed')).body[0]

  test('keys are put there, and the server takes them', async () => {
    await acceptHostKey()
    const device = await pushed(given())
    const hostKey = server.fingerprints.ed25519
    expect(device).toMatchObject({ state: 'done', way: 'ssh', message: '2 added.', hostKey })
    expect(await audited()).toMatchObject({
      actor: 'admin@lifeline.local',
      deviceId: id,
      at: expect.any(Number),
      target: 'box',
      detail: {
        hostKey,
        state: 'done',
        ...Object.fromEntries(keys.map((key) => [fingerprintOf(key), 'added, accepted'])),
      },
    })
    expect(resultsOf(device)).toEqual(Array(2).fill(['added', 'accepted']))
    expect(device.found?.map(({ comment }) => comment)).toEqual(['ann@example.org', 'ben@example.org'])
  })

  test('the password is in no log, audit, answer or file, and in nobody’s arguments', async () => {
    await acceptHostKey()
    const { push, said } = await watched(await order(given()))
    expect(push.counts).toMatchObject({ done: 1 })
    said.push((await gateway.admin.call('GET', '/api/audit')).text, gateway.logged(), server.log())
    expect(said.filter((text) => text.includes(account.password))).toEqual([])
    expect(await filesWith(account.password)).toEqual([])
  })

  test('keys are taken away, their lines alone, and the last one only when that is said', async () => {
    await acceptHostKey()
    const [first = '', second = ''] = keys
    const others = '# ours\r\nfrom="192.0.2.1" ssh-ed25519 AAAA damaged\n\xff'
    const file = join(account.home, '.ssh/authorized_keys')
    await pushed(given())
    await writeFile(file, `${others}\n${first}\nrestrict ${second}\n${second}`, 'latin1')
    const [one, two] = [fingerprintOf(first), fingerprintOf(second)]
    const dry = await pushed(given({ act: 'remove', keys: [one], dryRun: true }))
    expect(resultsOf(dry)).toEqual([['would-remove', 'not-asked']])
    expect(dry.changes).toEqual([
      { path: file, added: [], taken: [{ number: 4, text: first }], tightened: [] },
    ])
    const removed = await pushed(given({ act: 'remove', keys: [one] }))
    expect(removed).toMatchObject({ state: 'done', message: '1 taken away. One other key still lets in.' })
    expect(resultsOf(removed)).toEqual([['removed', 'refused']])
    expect(removed.changes).toEqual([])
    expect(removed.wrote?.sumAfter).toBe(`cksum ${cksum(await readFile(file))}`)
    expect(removed.found).toMatchObject([{ sha256: two }])
    expect(await readFile(file, 'latin1')).toBe(`${others}\nrestrict ${second}\n${second}`)
    // The plain line goes, the restricted one is left.
    const left = await pushed(given({ act: 'remove', keys: [two, one] }))
    expect(left.keys.map(({ result }) => result)).toEqual(['restricted', 'absent'])
    expect(await readFile(file, 'latin1')).toBe(`${others}\nrestrict ${second}\n`)
    const last = given({ act: 'remove', keys: [two], withOptions: true })
    expect(await pushed(last)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('nobody can log in'),
    })
    expect(resultsOf(await pushed({ ...last, allowLast: true }))).toEqual([['removed', 'refused']])
    expect(await readFile(file, 'latin1')).toBe(`${others}\n`)
    expect((await order(given({ act: 'remove' }))).status).toBe(400)
    expect((await order(given({ widen: [one] }))).status).toBe(400)
  })

  test('a host key that nobody has accepted is shown, and gets no password', async () => {
    const device = await pushed(given({ way: 'ssh' }))
    expect(device).toMatchObject({
      state: 'failed',
      cause: { code: 'host-key-unknown', offered: server.fingerprints.ed25519 },
    })
    expect(server.log()).not.toContain('password')
    const { hostKey, hostKeyOffered } = (await audited()).detail
    expect([device.hostKey, hostKey, hostKeyOffered]).toEqual([null, undefined, server.fingerprints.ed25519])
    // Somebody has compared it.
    const hostKeys = { [id]: server.fingerprints.ed25519 ?? '' }
    const accepted = await pushed(given({ hostKeys, dryRun: true }))
    expect(accepted).toMatchObject({ state: 'done', way: 'ssh' })
    const [failed] = (await gateway.admin.call('GET', '/api/pushes')).body.filter(
      ({ counts }: Push) => counts.failed === 1,
    )
    const { password } = given()
    const again = await gateway.admin.call('POST', `/api/pushes/${failed.id}/retry`, { password, hostKeys })
    expect((await ended(again.body.id)).devices[0]?.keys[0]).toMatchObject({
      result: 'added',
      proof: 'accepted',
    })
  })

  test('where SSH does not let in, the console is next', async () => {
    await acceptHostKey()
    const device = await pushed(given({ password: { from: 'given', password: 'not this' } }))
    const hostKey = server.fingerprints.ed25519
    expect((await audited()).detail).toMatchObject({ hostKey })
    expect(device).toMatchObject({
      state: 'failed',
      way: 'console',
      hostKey,
      why: expect.stringContaining('after SSH failed: 127.0.0.1'),
      message: expect.stringContaining('The line to the device is down'),
    })
  })
})
