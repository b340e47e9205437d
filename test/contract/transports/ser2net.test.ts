import { expect } from 'vitest'
import { tcpTransport } from '../../../server/console/transports/tcp.ts'
import { telnetTransport } from '../../../server/console/transports/telnet.ts'
import { telnetTransport as telnetConfig } from '../../../server/contract/transports.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { freePort } from '../../lab/ports.ts'
import { type FarEnd, transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'
import { startFullListener } from './full-listener.ts'
import type { Opened, Target } from './opened.ts'
import { startPtyPair } from './pty-pair.ts'
import { startSer2net } from './ser2net.ts'

const tcpTo = (port: number): Target<'tcp'> => ({
  transport: tcpTransport,
  config: { kind: 'tcp', host: '127.0.0.1', port },
})

const telnetTo = (port: number, serial?: object): Target<'telnet'> => ({
  transport: telnetTransport,
  config: telnetConfig.parse({ kind: 'telnet', host: '127.0.0.1', port, serial }),
})

/** A device on a serial port (a pty) of a terminal server. */
async function behindSer2net<K extends 'tcp' | 'telnet'>(
  accepter: string,
  target: (port: number) => Target<K>,
): Promise<FarEnd<K>> {
  const device = await startDeviceSocket()
  const pair = await startPtyPair(device.path)
  await device.joined()
  const server = await startSer2net({ accepter, connector: `serialdev,${pair.path},115200n81,local` })
  const close = async () => {
    await server.close()
    await pair.close()
    await device.close()
  }
  // The server accepts before it opens its port, and what a device prints meanwhile is lost: one byte typed shows it is through.
  const ready = async ({ link }: Opened) => {
    const before = device.received().length
    link.write(Buffer.from('.'))
    await expect.poll(() => device.received().length, { timeout: 10_000 }).toBeGreaterThan(before)
  }
  return farEndAt(device, target(server.port), { ready, hangUp: pair.unplug, close })
}

const closedPort = await freePort()
const silent =
  <K extends 'tcp' | 'telnet'>(target: (port: number) => Target<K>) =>
  async () => {
    const listener = await startFullListener()
    return { target: target(listener.port), close: listener.close }
  }

transportContract('tcp to ser2net', {
  start: () => behindSer2net('tcp', tcpTo),
  refusals: [],
  second: 'the same line',
  breakSupported: false,
  hangUp: { code: 'closed-by-far-end' },
})

transportContract('telnet to ser2net', {
  start: () => behindSer2net('telnet,tcp', (port) => telnetTo(port)),
  refusals: [
    { name: 'a closed port', target: telnetTo(closedPort), code: 'refused' },
    {
      name: 'an address of the gateway',
      target: { ...telnetTo(closedPort), allowLocalTargets: false },
      code: 'not-allowed',
    },
  ],
  second: 'the same line',
  breakSupported: true,
  hangUp: { code: 'closed-by-far-end' },
  silent: silent(telnetTo),
})

transportContract('telnet with RFC 2217 to ser2net', {
  start: () => behindSer2net('telnet(rfc2217=true),tcp', (port) => telnetTo(port, { baud: 115200 })),
  refusals: [],
  second: 'the same line',
  breakSupported: true,
  hangUp: { code: 'closed-by-far-end' },
})
