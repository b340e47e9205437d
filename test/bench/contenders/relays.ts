import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProcess } from '../../lab/process.ts'
import { freePort } from '../free-port.ts'
import { scratch } from '../scratch.ts'
import { type Contender, type Device, names, portOf, type Running } from './contender.ts'

/** socat as Debian brings it: one line to one viewer. It shares and keeps nothing. */
export const socat: Contender = {
  name: names.socat,
  async start(devices) {
    const port = await freePort()
    const args = [
      `TCP-LISTEN:${port},bind=127.0.0.1,nodelay`,
      `TCP:127.0.0.1:${portOf(onlyOne(devices))},nodelay`,
    ]
    return relay(port, await startProcess({ command: 'socat', args }))
  },
}

/** ser2net as Debian brings it, with its line on TCP, and not the 64 bytes at once of a slow one. It keeps nothing, and has one viewer as it is set by default. */
export const ser2net: Contender = {
  name: names.ser2net,
  async start(devices) {
    const folder = await mkdtemp(join(scratch(), 'ser2net-'))
    const config = join(folder, 'ser2net.yaml')
    const port = await freePort()
    await writeFile(
      config,
      `%YAML 1.1
---
connection: &console
  accepter: tcp(nodelay),127.0.0.1,${port}
  connector: tcp(nodelay),127.0.0.1,${portOf(onlyOne(devices))}
  options:
    dev-to-net-bufsize: 65536
`,
    )
    const server = await startProcess({ command: 'ser2net', args: ['-n', '-c', config], cwd: folder })
    const started = relay(port, server)
    return {
      ...started,
      async [Symbol.asyncDispose]() {
        await started[Symbol.asyncDispose]()
        await rm(folder, { recursive: true })
      },
    }
  },
}

function onlyOne(devices: Device[]): Device {
  const [device] = devices
  if (device === undefined || devices.length > 1) throw new Error('A relay is measured with one console.')
  return device
}

function relay(port: number, { pid, close }: { pid: number; close(): Promise<void> }): Running {
  return { pid, targets: [{ kind: 'tcp', port }], [Symbol.asyncDispose]: () => close() }
}
