import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { ttyTransport } from '../../../server/console/transports/tty.ts'
import { ttyTransport as ttyConfig } from '../../../server/contract/transports.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'
import { startPtyPair } from './pty-pair.ts'

const portAt = (path: string) => ({ transport: ttyTransport, config: ttyConfig.parse({ kind: 'tty', path }) })

const folder = await mkdtemp(join(tmpdir(), 'lifeline-tty-'))
beforeAll(() => writeFile(join(folder, 'file'), ''))
afterAll(() => rm(folder, { recursive: true, force: true }))

transportContract('tty on a pty', {
  start: async () => {
    const device = await startDeviceSocket()
    const pair = await startPtyPair(device.path)
    await device.joined()
    const close = async () => {
      await pair.close()
      await device.close()
    }
    return farEndAt(device, portAt(pair.path), { hangUp: pair.unplug, close })
  },
  refusals: [
    { name: 'no such port', target: portAt('/dev/ttyNone0'), code: 'no-such-file' },
    { name: 'a file', target: portAt(join(folder, 'file')), code: 'other', message: /is not a serial port/ },
    { name: 'another device', target: portAt('/dev/null'), code: 'other', message: /is not a serial port/ },
  ],
  second: 'busy',
  // A pty has none of the lines of a serial port; see tty-lines.test.ts for one that has.
  breakSupported: false,
  hangUp: { code: 'closed-by-far-end', message: /went away/ },
})
