import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProcess } from '../../lab/process.ts'
import { freePort } from '../free-port.ts'
import { scratch } from '../scratch.ts'
import { type Contender, names, portOf } from './contender.ts'

/** ConMan as Debian brings it, writing the log of every console. Nobody attaches to it here: its client speaks a protocol of its own. */
export const conman: Contender = {
  name: names.conman,
  async start(devices) {
    const folder = await mkdtemp(join(scratch(), 'conman-'))
    await mkdir(join(folder, 'logs'))
    const port = await freePort()
    const config = join(folder, 'conman.conf')
    const consoles = devices.map(
      (device, index) => `CONSOLE name="console${index}" dev="127.0.0.1:${portOf(device)}"`,
    )
    await writeFile(
      config,
      `SERVER keepalive=ON
SERVER logdir="${join(folder, 'logs')}"
SERVER loopback=ON
SERVER port=${port}
GLOBAL log="%N.log"
${consoles.join('\n')}
`,
    )
    const server = await startProcess({ command: 'conmand', args: ['-F', '-c', config], cwd: folder })
    return {
      pid: server.pid,
      targets: [],
      async [Symbol.asyncDispose]() {
        await server.close()
        await rm(folder, { recursive: true })
      },
    }
  },
}
