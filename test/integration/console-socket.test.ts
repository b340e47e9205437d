import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { Device } from '../../server/contract/devices.ts'
import { limits } from '../../server/contract/limits.ts'
import { startDevice, type TestDevice } from './device.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'
import { type TestViewer, view } from './viewer.ts'

let gateway: TestGateway
let projectId: string
let owner: Person
let colleague: Person
let watcher: Person
beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  owner = await gateway.person('ann', { projectId, role: 'owner' })
  colleague = await gateway.person('bob', { projectId, role: 'collaborator' })
  watcher = await gateway.person('wim', { projectId, role: 'watcher' })
})
afterAll(() => gateway.close())

let line: TestDevice
let device: Device
let viewers: TestViewer[]
let count = 0
beforeEach(async () => {
  line = await startDevice()
  count += 1
  device = await gateway.tcpDevice(projectId, `web-${count}`, line.port)
  await line.connected()
  viewers = []
})
afterEach(async () => {
  for (const viewer of viewers) viewer.kill()
  await gateway.admin.call('DELETE', `/api/devices/${device.id}`)
  await line.close()
})

async function attach(person: Person, query = '', acks = false): Promise<TestViewer> {
  const viewer = await view(person.socket(device.id, query), { acks })
  viewers.push(viewer)
  await viewer.told('attached')
  return viewer
}

/** Status of a refused upgrade. */
async function refused(socket: WebSocket): Promise<number> {
  const [request, response] = await once(socket, 'unexpected-response')
  request.destroy()
  return response.statusCode
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

describe('attach', () => {
  test('shows what was printed before anybody watched, then what is printed now', async () => {
    await line.print('Debian GNU/Linux 12 web-1 ttyS0\r\n')
    const first = await attach(owner)
    await first.sees('ttyS0')
    await line.print('web-1 login: ')
    await first.sees('login: ')
    expect(first.bytes().toString()).toBe('Debian GNU/Linux 12 web-1 ttyS0\r\nweb-1 login: ')
  })

  test('passes every byte value unchanged, both ways, wherever it is split', async () => {
    const viewer = await attach(owner)
    for (const byte of everyByte) await line.print(Buffer.from([byte]))
    await line.print(Buffer.concat([everyByte, Buffer.from('end')]))
    await viewer.sees('end')
    expect(viewer.bytes()).toEqual(Buffer.concat([everyByte, everyByte, Buffer.from('end')]))
    viewer.type(everyByte)
    viewer.type('é€😀')
    await expect.poll(() => line.typed()).toEqual(Buffer.concat([everyByte, Buffer.from('é€😀')]))
  })

  test('resumes where it stopped: no hole, no double', async () => {
    const viewer = await attach(owner)
    await line.print('one ')
    await viewer.sees('one ')
    viewer.kill()
    await line.print('two ')
    const again = await attach(owner, `?from=${viewer.offset()}`)
    await line.print('three')
    await again.sees('three')
    expect(again.bytes().toString()).toBe('two three')
  })

  test('a cut line is told with its cause, and the gap is marked', async () => {
    const viewer = await attach(owner)
    await line.print('before ')
    await viewer.sees('before')
    line.cut()
    const told = await viewer.told('state', (message) => message.line.state === 'waiting')
    expect(told.line).toMatchObject({
      cause: { code: 'closed-by-far-end', message: expect.stringContaining('closed') },
    })
    await viewer.told('state', (message) => message.line.state === 'online')
    await line.print('after')
    await viewer.sees('after')
    const { gap } = await viewer.told('gap')
    expect(gap).toMatchObject({ cause: 'link-down', from: 7, to: 7 })
    expect(viewer.bytes().toString()).toBe('before after')
  })

  test('a viewer that never reads delays nobody and is told what it missed', async () => {
    const stuck = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    stuck.write(
      `GET /api/devices/${device.id}/console HTTP/1.1\r\nHost: localhost\r\nCookie: ${owner.cookie}\r\nOrigin: http://localhost\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    await once(stuck, 'readable')
    stuck.pause()
    const reader = await attach(colleague, '?flow=ack', true)
    const flood = Buffer.alloc(1024 * 1024, 'flood ')
    for (let round = 0; round < 24; round++) await line.print(flood)
    await line.print('THE END')
    await reader.sees('THE END')
    // A disk slower than the flood may cost history, and then a gap says so; nothing else may be missing.
    const gaps = reader.messages.filter((message) => message.type === 'gap').map(({ gap }) => gap)
    const lost = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
    expect(gaps.filter(({ cause }) => cause !== 'not-recorded')).toEqual([])
    expect(reader.bytes().length + lost).toBe(24 * flood.length + 7)
    stuck.destroy()
  })

  test('more viewers than the limit are refused in words', async () => {
    const small = await startGateway({
      LIFELINE_CONSOLE_VIEWERS_PER_CONSOLE: '2',
      LIFELINE_CONSOLE_CONSOLES_PER_USER: '1',
    })
    try {
      const project = await small.project('fleet')
      const one = await small.tcpDevice(project, 'one', line.port)
      const two = await small.tcpDevice(project, 'two', line.port)
      const seats = [await view(small.admin.socket(one.id)), await view(small.admin.socket(one.id))]
      for (const seat of seats) await seat.told('attached')
      const third = await view(small.admin.socket(one.id))
      expect(await third.told('error')).toMatchObject({ code: 'too-many-viewers' })
      expect(await third.ended).toBe(4003)
      const elsewhere = await view(small.admin.socket(two.id))
      expect(await elsewhere.told('error')).toMatchObject({ code: 'too-many-consoles' })
      for (const seat of seats) seat.kill()
    } finally {
      await small.close()
    }
  })
})

describe('who may', () => {
  test('a stranger, a visitor and another site get nothing', async () => {
    const stranger = await gateway.person(`stranger-${count}`)
    expect(await refused(stranger.socket(device.id))).toBe(404)
    expect(await refused(owner.socket('dev_none'))).toBe(404)
    const path = `${gateway.url.replace('http', 'ws')}/api/devices/${device.id}/console`
    expect(await refused(new WebSocket(path, { headers: { Origin: gateway.url } }))).toBe(401)
    expect(
      await refused(
        new WebSocket(path, { headers: { Cookie: owner.cookie, Origin: 'http://evil.example' } }),
      ),
    ).toBe(403)
    expect(await refused(new WebSocket(path, { headers: { Cookie: owner.cookie } }))).toBe(403)
  })

  test('a token opens a console without an origin', async () => {
    const { body } = await owner.call('POST', '/api/tokens', { name: 'cli', expiresInDays: 1 })
    const path = `${gateway.url.replace('http', 'ws')}/api/devices/${device.id}/console`
    const viewer = await view(new WebSocket(path, { headers: { Authorization: `Bearer ${body.secret}` } }))
    await viewer.told('attached')
    await owner.call('DELETE', `/api/tokens/${body.id}`)
    expect(await viewer.told('bye')).toMatchObject({ code: 'revoked' })
    expect(await viewer.ended).toBe(4001)
  })

  test('a watcher watches: what they type does not arrive, and they are told why', async () => {
    const viewer = await attach(watcher)
    viewer.type('reboot\r')
    expect(await viewer.told('error')).toMatchObject({
      code: expect.stringMatching(/^(forbidden|not-writer)$/),
    })
    viewer.send({ type: 'ask' })
    viewer.send({ type: 'force', reason: 'because' })
    viewer.send({ type: 'break' })
    const writer = await attach(owner)
    writer.type('x')
    await expect.poll(() => line.typed().toString()).toBe('x')
  })

  test('a removed member is thrown out live, a demoted one stops typing', async () => {
    const viewer = await attach(colleague)
    expect((await viewer.told('attached')).role).toBe('writer')
    const path = `/api/projects/${projectId}/members`
    await owner.call('PUT', path, { email: colleague.email, role: 'watcher' })
    await viewer.told('lock', ({ lock }) => lock.writer === null)
    viewer.type('x')
    await viewer.told('error')
    await owner.call('DELETE', `${path}/${colleague.id}`)
    expect(await viewer.told('bye')).toMatchObject({
      code: 'revoked',
      message: expect.stringContaining('access'),
    })
    expect(await viewer.ended).toBe(4001)
    expect(line.typed().length).toBe(0)
    await owner.call('PUT', path, { email: colleague.email, role: 'collaborator' })
  })

  test('a session that is signed out ends its consoles', async () => {
    const person = await gateway.person(`leaver-${count}`, { projectId, role: 'watcher' })
    const viewer = await attach(person)
    await person.call('DELETE', '/api/session')
    expect(await viewer.ended).toBe(4001)
  })

  test('a deleted device says goodbye', async () => {
    const viewer = await attach(owner)
    expect((await gateway.admin.call('DELETE', `/api/devices/${device.id}`)).status).toBe(204)
    expect(await viewer.told('bye')).toMatchObject({ code: 'device-removed' })
    expect(await viewer.ended).toBe(4002)
  })
})

describe('the write lock', () => {
  test('passes by asking and granting; everybody sees who types', async () => {
    const ann = await attach(owner)
    const bob = await attach(colleague)
    expect((await bob.told('attached')).role).toBe('spy')
    bob.type('no')
    expect(await bob.told('error')).toMatchObject({ code: 'not-writer' })
    bob.send({ type: 'ask' })
    await ann.told('lock', ({ event }) => event === 'asked')
    ann.send({ type: 'grant' })
    const bobId = (await bob.told('attached')).viewerId
    await bob.told('lock', ({ lock }) => lock.writer === bobId)
    bob.type('yes')
    await expect.poll(() => line.typed().toString()).toBe('yes')
    ann.type('no more')
    expect(await ann.told('error')).toMatchObject({ code: 'not-writer' })
  })

  test('is taken by force with a reason by an owner, not by a collaborator', async () => {
    const bob = await attach(colleague)
    const ann = await attach(owner)
    const annId = (await ann.told('attached')).viewerId
    ann.send({ type: 'force', reason: 'fire in rack 4' })
    expect(await bob.told('lock', ({ event }) => event === 'forced')).toMatchObject({
      reason: 'fire in rack 4',
      lock: { writer: annId },
    })
    bob.send({ type: 'force', reason: 'mine' })
    expect(await bob.told('error')).toMatchObject({ code: 'forbidden' })
    const path = `/api/audit?deviceId=${device.id}&action=console.lock`
    await expect.poll(async () => (await gateway.admin.call('GET', path)).text).toContain('fire in rack 4')
  })

  test('is free when the writer leaves', async () => {
    const ann = await attach(owner)
    const bob = await attach(colleague)
    await ann.close()
    await bob.told('lock', ({ lock }) => lock.writer === null)
    bob.type('mine')
    await expect.poll(() => line.typed().toString()).toBe('mine')
  })
})

describe('hostile frames', () => {
  test.each([
    ['{', 'bad-json'],
    ['{"type":"reboot"}', 'bad-request'],
    ['{"type":"ack","offset":-1}', 'bad-request'],
    ['{"type":"ack","offset":1e300}', 'bad-request'],
    ['{"type":"force","reason":""}', 'bad-request'],
    ['[]', 'bad-request'],
    ['null', 'bad-request'],
  ])('%s is answered and dropped', async (frame, code) => {
    const viewer = await attach(owner)
    viewer.socket.send(frame)
    expect(await viewer.told('error')).toMatchObject({ code })
    viewer.type('still here')
    await expect.poll(() => line.typed().toString()).toBe('still here')
  })

  test('a frame that is too large sends nothing and says so', async () => {
    const viewer = await attach(owner)
    viewer.type(Buffer.alloc(limits.inputFrameBytes + 1, 'x'))
    expect(await viewer.told('error')).toMatchObject({ code: 'too-large' })
    viewer.type('small')
    await expect.poll(() => line.typed().toString()).toBe('small')
  })

  test('a frame of megabytes ends the socket, not the gateway', async () => {
    const viewer = await attach(owner)
    viewer.type(Buffer.alloc(4 * 1024 * 1024))
    await viewer.ended
    await attach(owner)
  })

  test('a message in more pieces than anybody sends ends the socket: each keeps all that came with it', async () => {
    const viewer = await attach(owner)
    viewer.socket.send('se', { fin: false, binary: true })
    for (let piece = 0; piece < 62; piece += 1) viewer.socket.send('', { fin: false })
    viewer.socket.send('nt', { fin: true })
    await expect.poll(() => line.typed().toString()).toBe('sent')
    viewer.socket.send('lost', { fin: false, binary: true })
    for (let piece = 0; piece < 64; piece += 1) viewer.socket.send('', { fin: false })
    expect(await viewer.ended).toBe(1008)
    expect(line.typed().toString()).toBe('sent')
  })

  test('typing faster than the limit says how much was not sent', async () => {
    const viewer = await attach(owner)
    const frame = Buffer.alloc(limits.inputFrameBytes, 'x')
    for (let sent = 0; sent < 4 * limits.inputBytesPerSecond; sent += frame.length) viewer.type(frame)
    expect(await viewer.told('error')).toMatchObject({
      code: 'input-rate',
      message: expect.stringMatching(/\d/),
    })
  })
})
