import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { commandTransport } from '../../../server/console/transports/command.ts'
import { startDeviceSocket } from '../../lab/device-socket.ts'
import { transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'

const running = (...argv: string[]) => ({
  transport: commandTransport,
  config: { kind: 'command', argv } as const,
})

const folder = await mkdtemp(join(tmpdir(), 'lifeline-command-'))
beforeAll(() => writeFile(join(folder, 'file'), ''))
afterAll(() => rm(folder, { recursive: true, force: true }))

transportContract('command', {
  start: async () => {
    const device = await startDeviceSocket()
    return farEndAt(device, running('socat', 'STDIO', `UNIX-CONNECT:${device.path}`))
  },
  refusals: [
    { name: 'a program that is none', target: running('no-such-program'), code: 'program-missing' },
    { name: 'a path that is none', target: running('/no/such/program'), code: 'program-missing' },
    { name: 'a file', target: running(join(folder, 'file')), code: 'no-permission' },
    { name: 'a folder', target: running(folder), code: 'no-permission' },
  ],
  second: 'a line of its own',
  breakSupported: false,
  hangUp: { code: 'program-ended', message: /^socat ended by itself \(exit code 0\)\.$/ },
})
