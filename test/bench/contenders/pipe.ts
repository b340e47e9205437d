import { join } from 'node:path'
import { startProcess } from '../../lab/process.ts'
import { type Contender, names } from './contender.ts'

const program = join(import.meta.dirname, 'pipe-server.ts')

/** What any program on Node is measured by: nothing but a TCP socket and a WebSocket. It shares, keeps and checks nothing. */
export const barePipe: Contender = {
  name: names.pipe,
  async start(devices) {
    const server = await startProcess({ command: process.execPath, args: [program] })
    const [, port] = await server.waitFor(/port (\d+)/)
    return {
      pid: server.pid,
      targets: devices.map((device) => ({
        kind: 'pipe',
        url: `http://127.0.0.1:${port}/${encodeURIComponent(JSON.stringify(device))}`,
      })),
      [Symbol.asyncDispose]: () => server.close(),
    }
  },
}
