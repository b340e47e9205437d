import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDevice, type TestDevice } from '../integration/device.ts'
import { type Rig, randomFrom, report, startRig } from './rig.ts'

const seed = Number(process.env.SOAK_SEED ?? 1)
const sockets = 1000
const frames = 10_000

let rig: Rig
let device: TestDevice
let deviceId: string
beforeAll(async () => {
  rig = await startRig()
  device = await startDevice()
  deviceId = await rig.addDevice('abused', device.port)
  await device.connected()
})
afterAll(async () => {
  await rig.close()
  await device.close()
})

/** Bytes on the gateway's own port, as no browser sends them. */
async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(rig.gateway().url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

function upgrade(more = ''): string {
  const { host } = new URL(rig.gateway().url)
  return `GET /api/devices/${deviceId}/console HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${rig.gateway().url}\r\nCookie: ${rig.admin().cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}`
}

/** Whether the gateway still does its work: somebody attaches, types, and sees what is printed. */
async function works(): Promise<void> {
  const before = device.typed().length
  const socket = rig.admin().socket(deviceId)
  let seen = ''
  socket.on('message', (data: Buffer, binary) => {
    if (binary) seen += data.toString('latin1')
  })
  await once(socket, 'message')
  socket.send(Buffer.from('knock'))
  await expect.poll(() => device.typed().subarray(before).toString()).toBe('knock')
  await device.print('who is there\r\n')
  await expect.poll(() => seen).toContain('who is there')
  socket.close()
  await once(socket, 'close')
}

test('1,000 half-open sockets: nobody else notices, and they are let go', async () => {
  const before = rig.memory()
  const held: Socket[] = []
  for (let at = 0; at < sockets; at += 1) {
    const socket = await open()
    // In turns: not a word, half a request, half an upgrade's headers.
    const words = ['', 'GET /api/devices HTTP/1.1\r\nHo', upgrade('X-More: ')][at % 3]
    if (words) socket.write(words)
    held.push(socket)
  }
  await works()
  const during = rig.memory()
  expect(during - before).toBeLessThan(60)
  // Whoever says nothing is hung up on: headers have a time limit.
  await Promise.all(held.map((socket) => (socket.closed ? undefined : once(socket.resume(), 'close'))))
  await works()
  report('half-open sockets', {
    sockets,
    'memory before MB': before,
    'during MB': during,
    'after MB': rig.memory(),
  })
})

test('10,000 random frames: each is answered in words or ends its own socket, nothing of it is typed', async () => {
  const random = randomFrom(seed)
  const typed = device.typed().length
  const before = rig.memory()
  let opened = 0
  let peak = before
  let socket: Socket | undefined
  for (let at = 0; at < frames; at += 1) {
    if (socket === undefined || socket.closed || !socket.writable) {
      socket = await open()
      socket.write(upgrade('\r\n').replace('/console', '/console?watch=1'))
      await once(socket, 'data')
      socket.resume()
      opened += 1
    }
    socket.write(randomFrame(random))
    // The gateway's turn.
    await new Promise((resolve) => setImmediate(resolve))
    if (at % 500 === 0) peak = Math.max(peak, rig.memory())
  }
  socket?.destroy()
  await works()
  expect(peak - before).toBeLessThan(60)
  expect(device.typed().length - typed).toBe('knock'.length)
  report('random frames', { seed, frames, sockets: opened, 'memory before MB': before, 'at most MB': peak })
})

/** RFC 6455 section 5.2 with everything at random: opcodes, reserved bits, lengths that lie, masks or none, JSON or noise. */
function randomFrame(random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit)
  const payload =
    random() < 0.5
      ? Buffer.from(JSON.stringify(randomMessage(random)))
      : Buffer.from(Array.from({ length: below(200) }, () => below(256)))
  const honest = random() < 0.8
  const first = honest ? 0x80 | (random() < 0.5 ? 1 : 2) : below(256)
  const masked = honest || random() < 0.7 ? 0x80 : 0
  const length = payload.length
  const size =
    length < 126 ? Buffer.of(masked | length) : Buffer.of(masked | 126, (length >> 8) & 255, length & 255)
  const lie = Buffer.of(masked | 127, ...Array.from({ length: 8 }, () => below(256)))
  return Buffer.concat([
    Buffer.of(first),
    random() < 0.02 ? lie : size,
    masked ? Buffer.alloc(4) : Buffer.alloc(0),
    payload,
  ])
}

function randomMessage(random: () => number): unknown {
  const types = [
    'ack',
    'resume',
    'break',
    'ask',
    'grant',
    'decline',
    'release',
    'force',
    'sysrq',
    '__proto__',
    '',
    'x'.repeat(300),
  ]
  const values = [0, -1, 1e308, 'x', null, [], {}, true, '\u0000', 2 ** 53, Number.NaN]
  const value = () => values[Math.floor(random() * values.length)]
  const type = types[Math.floor(random() * types.length)]
  return random() < 0.1
    ? value()
    : { type, offset: value(), from: value(), reason: value(), key: value(), [`k${random()}`]: value() }
}
