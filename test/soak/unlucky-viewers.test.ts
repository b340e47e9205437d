import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type NumberedDevice, startNumberedDevice } from './numbered-device.ts'
import { minutes, type Rig, randomFrom, report, startRig } from './rig.ts'
import { Witness } from './witness.ts'

const bytesPerSecond = 1_000_000

let rig: Rig
let device: NumberedDevice
let deviceId: string
beforeAll(async () => {
  rig = await startRig()
  device = await startNumberedDevice(bytesPerSecond)
  deviceId = await rig.addDevice('busy', device.port)
})
afterAll(async () => {
  await rig.close()
  await device.close()
})

test('a viewer on a line of 1 KB/s: the others see everything at once, and what it gets is right', async () => {
  const before = rig.memory()
  const quick = new Witness()
  const quickSocket = rig.admin().socket(deviceId, '?from=0&watch=1')
  quick.watch(quickSocket)
  await once(quickSocket, 'open')
  const modem = await startModem(Number(new URL(rig.gateway().url).port), 1024)
  const slow = new Witness()
  const until = Date.now() + minutes(2) * 60_000
  let connections = 0
  let peak = before
  while (Date.now() < until) {
    // As the page does: whoever is cut off comes back to where it was.
    const socket = new WebSocket(
      `ws://127.0.0.1:${modem.port}/api/devices/${deviceId}/console?from=${slow.offset}&watch=1&flow=ack`,
      {
        headers: {
          Cookie: rig.admin().cookie,
          Origin: rig.gateway().url,
          Host: new URL(rig.gateway().url).host,
        },
      },
    )
    const ended = slow.watch(socket)
    connections += 1
    const looking = setInterval(() => {
      peak = Math.max(peak, rig.memory())
      if (Date.now() > until) socket.terminate()
    }, 500)
    await ended
    clearInterval(looking)
  }
  expect([...quick.faults, ...slow.faults]).toEqual([])
  expect(slow.seen).toBeGreaterThan(0)
  // What it has not seen waits in history, not in memory.
  expect(peak - before).toBeLessThan(60)
  report('a slow viewer', {
    'it saw KB': slow.seen / 1e3,
    connections,
    'the other MB': quick.seen / 1e6,
    'memory before MB': before,
    'at most MB': peak,
  })
  await modem.close()
  quickSocket.close()
  await once(quickSocket, 'close')
})

/** A line that lets through so many bytes a second from the gateway, and keeps the rest waiting. */
async function startModem(to: number, bytesPerSecond: number) {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    near.pipe(far)
    const ticking = setInterval(() => {
      const bytes: Buffer | null = far.read(Math.min(far.readableLength, Math.ceil(bytesPerSecond / 10)))
      if (bytes !== null) near.write(bytes)
    }, 100)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(ticking)
        near.destroy()
        far.destroy()
        sockets.delete(socket)
      })
    }
    far.on('readable', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('100 come and 100 go each second for a minute: who stays misses nothing, and nothing of them is left', async () => {
  const random = randomFrom(Number(process.env.SOAK_SEED ?? 1))
  const stays = new Witness()
  const staying = rig.admin().socket(deviceId, '?watch=1&from=0')
  stays.watch(staying)
  await once(staying, 'open')
  const before = rig.memory()
  const begun = Date.now()
  const until = begun + minutes(1) * 60_000
  const going: Promise<unknown>[] = []
  let came = 0
  while (Date.now() < until) {
    const due = ((Date.now() - begun) / 1000) * 100
    for (; came < due; came += 1) going.push(visit(random))
    await delay(10)
  }
  await Promise.all(going)
  const refused = (await Promise.all(going)).filter((seen) => seen === false).length
  const { body: shown } = await rig.admin().call('GET', `/api/devices/${deviceId}`)
  await expect
    .poll(async () => (await rig.admin().call('GET', `/api/devices/${deviceId}`)).body.console.viewers.length)
    .toBe(1)
  expect(shown.console.end).toBeGreaterThan(0)
  expect(stays.faults).toEqual([])
  expect(refused).toBe(0)
  const after = rig.memory()
  expect(after - before).toBeLessThan(60)
  const seconds = (Date.now() - begun) / 1000
  report('attach and detach', {
    visits: came,
    'a second': came / seconds,
    'memory before MB': before,
    'after MB': after,
  })
  staying.close()
  await once(staying, 'close')
})

/** Attaches, sees a byte, and goes, in one of the ways in which people go. False when it was not let in. */
async function visit(random: () => number): Promise<boolean> {
  const socket = rig.admin().socket(deviceId, '?watch=1')
  socket.on('error', () => undefined)
  const entered = await Promise.race([
    once(socket, 'message').then(() => true),
    once(socket, 'close').then(() => false),
  ])
  if (random() < 0.5) socket.close()
  else socket.terminate()
  if (socket.readyState !== 3) await once(socket, 'close')
  return entered
}
