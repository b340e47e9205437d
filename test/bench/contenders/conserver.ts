import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProcess } from '../../lab/process.ts'
import { freePort } from '../free-port.ts'
import { scratch } from '../scratch.ts'
import { connected } from '../tcp-link.ts'
import { type Contender, names, portOf } from './contender.ts'

const listensWithinMs = 180_000

/** conserver as Debian brings it, writing the log of every console. Its own default puts up to 16 consoles into one process. */
export const conserver: Contender = {
  name: names.conserver,
  async start(devices) {
    const ports = devices.map(portOf)
    const folder = await mkdtemp(join(scratch(), 'conserver-'))
    const config = join(folder, 'conserver.cf')
    await writeFile(config, configOf(folder, ports))
    const passwords = join(folder, 'passwords')
    await writeFile(passwords, '')
    const port = await freePort()
    const args = ['-C', config, '-P', passwords, '-M', '127.0.0.1', '-p', String(port), '-E']
    const server = await startProcess({ command: 'conserver', args, cwd: folder })
    // A console is up, or is tried, before its process listens.
    const socket = await connected(port, listensWithinMs)
    socket.destroy()
    return {
      pid: server.pid,
      targets: ports.map((_, index) => ({ kind: 'conserver', port, console: nameOf(index) })),
      async [Symbol.asyncDispose]() {
        await server.close()
        await rm(folder, { recursive: true })
      },
    }
  },
}

function configOf(folder: string, ports: number[]): string {
  const consoles = ports.map((port, index) => {
    const name = nameOf(index)
    return `console ${name} { include bench; port ${port}; logfile ${join(folder, name)}.log; }`
  })
  return `config * { sslrequired no; defaultaccess trusted; }
access * { trusted 127.0.0.1; }
default bench { master localhost; type host; host 127.0.0.1; protocol raw; rw *; }
${consoles.join('\n')}
`
}

function nameOf(index: number): string {
  return `console${index}`
}
