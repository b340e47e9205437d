import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** A serial console on a TCP port: prints what the test says and keeps what is typed. */
export interface TestDevice {
  port: number
  print(bytes: Uint8Array | string): Promise<void>
  /** Everything that was typed so far. */
  typed(): Buffer
  /** Cuts the line as a pulled cable would end it. */
  cut(): void
  /** Resolves when a gateway is on the line. */
  connected(): Promise<void>
  close(): Promise<void>
}

export async function startDevice(port = 0): Promise<TestDevice> {
  const typed: Buffer[] = []
  let line: Socket | undefined
  let arrived: () => void = () => undefined
  const server = createServer((socket) => {
    line = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes) => typed.push(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (line === socket) line = undefined
    })
    arrived()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    typed: () => Buffer.concat(typed),
    cut: () => line?.destroy(),
    connected: () =>
      new Promise((resolve) => {
        if (line !== undefined) resolve()
        else arrived = resolve
      }),
    print: (bytes) =>
      new Promise((resolve, reject) => {
        if (line === undefined) reject(new Error('No gateway is on the line.'))
        else line.write(bytes, () => resolve())
      }),
    async close() {
      line?.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
