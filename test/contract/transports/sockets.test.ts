import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { tcpTransport } from '../../../server/console/transports/tcp.ts'
import { unixTransport } from '../../../server/console/transports/unix.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { freePort } from '../../lab/ports.ts'
import { transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'
import { startFullListener } from './full-listener.ts'

const tcpTo = (host: string, port: number) => ({
  transport: tcpTransport,
  config: { kind: 'tcp', host, port } as const,
})
const unixTo = (path: string) => ({ transport: unixTransport, config: { kind: 'unix', path } as const })

const closedPort = await freePort()
const folder = await mkdtemp(join(tmpdir(), 'lifeline-unix-'))
beforeAll(() => writeFile(join(folder, 'file'), ''))
afterAll(() => rm(folder, { recursive: true, force: true }))

transportContract('tcp to a plain server', {
  start: async () => {
    const device = await startDeviceSocket({ tcp: true })
    return farEndAt(device, tcpTo('127.0.0.1', device.port))
  },
  refusals: [
    { name: 'a closed port', target: tcpTo('127.0.0.1', closedPort), code: 'refused' },
    { name: 'a name that is none', target: tcpTo('no-such-host.invalid', 23), code: 'name-not-found' },
    {
      name: 'an address of the gateway',
      target: { ...tcpTo('127.0.0.1', closedPort), allowLocalTargets: false },
      code: 'not-allowed',
    },
  ],
  second: 'a line of its own',
  breakSupported: false,
  hangUp: { code: 'closed-by-far-end' },
  silent: async () => {
    const listener = await startFullListener()
    return { target: tcpTo('127.0.0.1', listener.port), close: listener.close }
  },
})

transportContract('unix to a plain server', {
  start: async () => {
    const device = await startDeviceSocket()
    return farEndAt(device, unixTo(device.path))
  },
  refusals: [
    { name: 'a path that is none', target: unixTo(join(folder, 'nothing')), code: 'no-such-file' },
    { name: 'a file', target: unixTo(join(folder, 'file')), code: 'refused' },
  ],
  second: 'a line of its own',
  breakSupported: false,
  hangUp: { code: 'closed-by-far-end' },
})
