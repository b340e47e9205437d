import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A device's serial line as a unix socket: what is at the end of a console server's program. */
export interface DeviceSocket {
  path: string
  /** A program that joins its standard input and output to the device, unchanged. */
  command: string
  /** All that was typed to the device so far. */
  received: () => Buffer
  /** Resolves once a program has joined. */
  joined: () => Promise<void>
  print: (bytes: Uint8Array) => void
  /** The loopback port that is the device's line as well, with the option `tcp`. */
  port: number
  /** Takes nothing of what is typed, until `resume`. */
  pause: () => void
  resume: () => void
  /** Hangs up on whoever has joined. */
  hangUp: () => void
  close: () => Promise<void>
}

export async function startDeviceSocket(
  options: { echo?: boolean; tcp?: boolean } = {},
): Promise<DeviceSocket> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-device-'))
  const path = join(folder, 'line')
  const sockets = new Set<Socket>()
  const waiting: (() => void)[] = []
  const chunks: Buffer[] = []
  let paused = false
  const take = (socket: Socket) => {
    sockets.add(socket)
    if (paused) socket.pause()
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      chunks.push(bytes)
      if (options.echo === true) socket.write(bytes)
    })
    for (const resolve of waiting.splice(0)) resolve()
  }
  const server = createServer(take)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const tcpServer = createServer(take)
  if (options.tcp === true) await new Promise<void>((resolve) => tcpServer.listen(0, '127.0.0.1', resolve))
  // The program that joins runs as another user.
  await Promise.all([chmod(folder, 0o711), chmod(path, 0o777)])
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    path,
    command: `exec socat STDIO UNIX-CONNECT:${path}`,
    received: () => Buffer.concat(chunks),
    joined: () => (sockets.size > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    print: (bytes) => {
      for (const socket of sockets) socket.write(bytes)
    },
    port: (tcpServer.address() as AddressInfo | null)?.port ?? 0,
    pause: () => {
      paused = true
      for (const socket of sockets) socket.pause()
    },
    resume: () => {
      paused = false
      for (const socket of sockets) socket.resume()
    },
    hangUp,
    close: async () => {
      hangUp()
      if (tcpServer.listening) await new Promise((resolve) => tcpServer.close(resolve))
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
