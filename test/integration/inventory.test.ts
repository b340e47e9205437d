import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accountsCanBeMade, labAccount } from '../lab/account.ts'
import { startSshd } from '../lab/sshd.ts'
import { startDevice, type TestDevice } from './device.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { view } from './viewer.ts'

let gateway: TestGateway
let projectId: string
let line: TestDevice
beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
})
afterAll(() => gateway.close())
beforeEach(async () => {
  line = await startDevice()
})
afterEach(() => line.close())

const tcp = (port: number) => ({ kind: 'tcp', host: '127.0.0.1', port })

describe('the inventory', () => {
  test("adding, changing and removing devices never disturbs another's console", async () => {
    const device = await gateway.tcpDevice(projectId, 'steady', line.port)
    await line.connected()
    const viewer = await view(gateway.admin.socket(device.id))
    await line.print('before ')
    await viewer.sees('before')
    const other = await startDevice()
    const { body: made } = await gateway.admin.call('POST', '/api/devices', {
      projectId,
      name: 'other',
      transport: tcp(other.port),
    })
    const path = `/api/devices/${made.id}`
    await other.connected()
    await gateway.admin.call('PATCH', path, { transport: tcp(line.port) })
    await gateway.admin.call('PATCH', path, { enabled: false })
    await gateway.admin.call('DELETE', path)
    await line.print('after')
    await viewer.sees('after')
    expect(viewer.bytes().toString()).toBe('before after')
    expect(viewer.messages.filter(({ type }) => type === 'state' || type === 'gap')).toEqual([])
    viewer.kill()
    await other.close()
  })

  test('renaming a device leaves its own line up; another address opens it anew', async () => {
    const device = await gateway.tcpDevice(projectId, 'mover', line.port)
    await line.connected()
    const viewer = await view(gateway.admin.socket(device.id))
    await viewer.told('attached')
    const path = `/api/devices/${device.id}`
    expect((await gateway.admin.call('PATCH', path, { name: 'moved', description: 'rack 4' })).status).toBe(
      200,
    )
    await line.print('still here')
    await viewer.sees('still here')
    expect(viewer.messages.filter(({ type }) => type === 'state')).toEqual([])
    const elsewhere = await startDevice()
    await gateway.admin.call('PATCH', path, { transport: tcp(elsewhere.port) })
    await elsewhere.connected()
    await viewer.told('state', ({ line: { state } }) => state === 'online')
    await elsewhere.print(' and there')
    await viewer.sees(' and there')
    viewer.kill()
    await gateway.admin.call('DELETE', path)
    await elsewhere.close()
  })

  test('a disabled device is not connected to, and typing says so', async () => {
    const device = await gateway.tcpDevice(projectId, 'sleeper', line.port)
    await line.connected()
    await gateway.admin.call('PATCH', `/api/devices/${device.id}`, { enabled: false })
    const viewer = await view(gateway.admin.socket(device.id))
    await viewer.told('attached')
    await expect
      .poll(
        async () => (await gateway.admin.call('GET', `/api/devices/${device.id}`)).body.console.line.state,
      )
      .toBe('disabled')
    viewer.type('x')
    expect(await viewer.told('error')).toMatchObject({ code: 'line-down' })
    viewer.kill()
  })

  test('the list says what was printed last, by whom it is watched and who types', async () => {
    const device = await gateway.tcpDevice(projectId, 'talker', line.port)
    await line.connected()
    await line.print('\x1b[32mok\x1b[0m <b>not html</b>\r\n\r\n')
    const viewer = await view(gateway.admin.socket(device.id))
    await viewer.sees('html')
    const { viewerId } = await viewer.told('attached')
    const { body } = await gateway.admin.call('GET', `/api/devices/${device.id}`)
    expect(body.console).toMatchObject({
      lastLine: 'ok <b>not html</b>',
      line: { state: 'online' },
      recording: { state: 'recording' },
      viewers: [{ id: viewerId, name: 'Admin', mayWrite: true }],
      writer: viewerId,
    })
    viewer.kill()
  })

  test('credentials go in and never come out', async () => {
    const secret = 'calvin-and-hobbes'
    const transport = { kind: 'ssh', host: '192.0.2.7', username: 'root', preset: 'idrac' }
    const made = await gateway.admin.call('POST', '/api/devices', {
      projectId,
      name: 'bmc',
      enabled: false,
      transport,
      secrets: { password: secret },
    })
    expect(made.body).toMatchObject({ secretsKept: ['password'] })
    const path = `/api/devices/${made.body.id}`
    const moved = await gateway.admin.call('PATCH', path, { transport: { ...transport, host: '192.0.2.8' } })
    expect(moved).toMatchObject({
      status: 400,
      body: { error: { mistakes: [{ path: ['transport', 'host'] }] } },
    })
    const audit = await gateway.admin.call('GET', `/api/audit?deviceId=${made.body.id}`)
    for (const text of [made.text, moved.text, audit.text, gateway.logged()])
      expect(text).not.toContain(secret)
  })

  test.each([
    [{ name: 'Bad Name' }, ['name']],
    [{ transport: { kind: 'tcp', host: 'a b', port: 1 } }, ['transport', 'host']],
    [{ transport: { kind: 'tcp', host: 'web-1', port: 70000 } }, ['transport', 'port']],
    [{ transport: { kind: 'carrier-pigeon' } }, ['transport', 'kind']],
    [{ secrets: { password: 'x' } }, ['secrets', 'password']],
    [{ settings: { size: { rows: 1, cols: 80 } } }, ['settings', 'size', 'rows']],
  ])('%j is refused with its place, and nothing is made', async (part, path) => {
    const input = { projectId, name: 'never', transport: tcp(1), ...part }
    const answer = await gateway.admin.call('POST', '/api/devices', input)
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'bad-request', mistakes: [{ path }] } },
    })
    const { body } = await gateway.admin.call('GET', '/api/devices')
    expect(body.map(({ name }: { name: string }) => name)).not.toContain('never')
  })
})

describe.skipIf(!accountsCanBeMade())('a host key (needs root, to make the account of the lab)', () => {
  test('is shown, compared, accepted, and then pinned', async () => {
    const sshd = await startSshd()
    const { user: username, password } = await labAccount()
    try {
      const transport = { kind: 'ssh', host: sshd.host, port: sshd.port, username }
      const input = { projectId, name: 'pinned', transport, secrets: { password } }
      const { body: device } = await gateway.admin.call('POST', '/api/devices', input)
      const path = `/api/devices/${device.id}`
      const state = async () => (await gateway.admin.call('GET', path)).body.console.line
      await expect
        .poll(state, { timeout: 20_000 })
        .toMatchObject({ state: 'waiting', cause: { code: 'host-key-unknown' } })
      const { offered } = (await state()).cause
      const wrong = await gateway.admin.call('POST', `${path}/host-key`, {
        fingerprint: `SHA256:${'A'.repeat(43)}`,
      })
      expect(wrong.status).toBe(400)
      const accepted = await gateway.admin.call('POST', `${path}/host-key`, { fingerprint: offered })
      expect(accepted.body.transport.hostKey).toBe(offered)
      await expect.poll(state, { timeout: 20_000 }).toMatchObject({ state: 'online' })
      const audit = await gateway.admin.call(
        'GET',
        `/api/audit?deviceId=${device.id}&action=device.host-key-accepted`,
      )
      expect(audit.body).toHaveLength(1)
      await gateway.admin.call('DELETE', path)
    } finally {
      await sshd.close()
    }
  })
})
