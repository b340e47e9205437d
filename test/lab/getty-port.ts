import { createServer } from 'node:net'
import { type GettyOptions, type LabGetty, startGetty } from './getty.ts'

/** A machine's getty behind a TCP port, as a terminal server offers it. */
export interface GettyPort {
  machine: LabGetty
  port: number
  close(): Promise<void>
}

export async function startGettyPort(options: GettyOptions): Promise<GettyPort> {
  const machine = await startGetty(options)
  const server = createServer((socket) => {
    const end = machine.listen((bytes) => socket.write(bytes))
    socket.on('data', (bytes) => machine.write(bytes))
    socket.once('close', end)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    machine,
    port: address !== null && typeof address === 'object' ? address.port : 0,
    async close() {
      server.close()
      await machine.close()
    },
  }
}
