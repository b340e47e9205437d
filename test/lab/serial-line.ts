import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { TelnetPeer } from './telnet-peer.ts'

export interface SerialLine {
  /** TCP port on loopback where the machine's UART connects, raw, each time the machine is switched on. */
  machinePort: number
  /** Telnet port on loopback. Any number may connect; each hears everything printed from then on, and all may type. */
  port: number
  close: () => Promise<void>
}

export interface SerialLineOptions {
  /** Makes the machine's UART see a break; what was typed after it waits until this resolves. */
  sendBreak: () => Promise<void>
  /** Hears every byte that the machine prints: the truth to compare a console with. */
  heard?: (bytes: Buffer) => void
  /** What of the bytes that somebody types goes on to the machine: all of them by itself. */
  typed?: (bytes: Buffer) => Uint8Array
}

/**
 * The wire between a machine's UART and whoever holds its other end. It stays plugged in while the machine is off: ipmi_sim
 * looks for a lost line only every 10 s and would miss the boot menu, and QEMU's own telnet does not double a 255 it prints.
 */
export async function startSerialLine({
  sendBreak,
  heard,
  typed: pass,
}: SerialLineOptions): Promise<SerialLine> {
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  let machine: Socket | undefined
  let typed: Promise<unknown> = Promise.resolve()
  const typing = (next: () => unknown) => {
    typed = typed.then(next).catch(() => undefined)
  }

  const keep = (socket: Socket, gone: () => void) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      sockets.delete(socket)
      gone()
    })
  }
  const machineSide = createServer((socket) => {
    machine = socket
    keep(socket, () => {
      if (machine === socket) machine = undefined
    })
    socket.on('data', (bytes) => {
      heard?.(bytes)
      const encoded = TelnetPeer.encode(bytes)
      for (const client of clients) client.write(encoded)
    })
  })
  const clientSide = createServer((socket) => {
    clients.add(socket)
    keep(socket, () => clients.delete(socket))
    socket.write(TelnetPeer.greeting)
    const peer = new TelnetPeer({
      data: (bytes) => typing(() => machine?.write(pass?.(bytes) ?? bytes)),
      break: () => typing(sendBreak),
      reply: (bytes) => socket.write(bytes),
    })
    socket.on('data', (bytes) => peer.receive(bytes))
  })

  const [machinePort, port] = [await listen(machineSide), await listen(clientSide)]
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await Promise.all([machineSide, clientSide].map((server) => new Promise((done) => server.close(done))))
  }
  return { machinePort, port, close }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve))
  return (server.address() as AddressInfo).port
}
