import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { monotonicMs } from './monotonic.ts'
import { printedAt } from './pattern.ts'
import { serveCalls } from './workers.ts'

/** One write of a flood. */
const writeBytes = 256 * 1024

/** Lines print a few at a time, as a thousand devices do. */
const chatterMs = 5

/** A serial console on a TCP port. */
interface Device {
  sockets: Set<Socket>
  /** Bytes printed since it exists. */
  printed: number
  flooding: boolean
  chatter?: NodeJS.Timeout
  /** Looks anew whether enough are connected. */
  changed(): void
}

const devices = new Map<number, Device>()

/** A process of devices. Calls name a device by its port. */
const calls = {
  /** A new device; one that echoes gives back what is typed. */
  async listen({ echo }: { echo: boolean }): Promise<number> {
    const device: Device = { sockets: new Set(), printed: 0, flooding: false, changed: () => undefined }
    const server = createServer({ noDelay: true }, (socket) => connected(device, socket, echo))
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    devices.set(port, device)
    return port
  },
  /** Resolves with the time at which so many lines are connected at once. */
  connected: ({ port, count }: { port: number; count: number }): Promise<number> => {
    const device = deviceAt(port)
    return new Promise((resolve) => {
      device.changed = () => {
        if (device.sockets.size >= count) resolve(monotonicMs())
      }
      device.changed()
    })
  },
  /** Prints as fast as the line takes it, and `last` behind it. Resolves when it has begun, with the time of that. */
  flood({ port, bytes, last = '' }: { port: number; bytes: number; last?: string }): { startedAt: number } {
    const device = deviceAt(port)
    const startedAt = monotonicMs()
    print(device, device.printed + bytes, last)
    return { startedAt }
  },
  /** Has each line print `bytes` each second, one line after the other, until `hush`. */
  chatter({ port, bytes }: { port: number; bytes: number }): void {
    const device = deviceAt(port)
    const sockets = [...device.sockets]
    const line = printedAt(0, bytes)
    let next = 0
    const began = monotonicMs()
    device.chatter = setInterval(() => {
      const due = ((monotonicMs() - began) / 1000) * sockets.length
      for (; next < due; next += 1) sockets[next % sockets.length]?.write(line)
    }, chatterMs)
  },
  /** Ends a chatter. */
  hush({ port }: { port: number }): void {
    clearInterval(deviceAt(port).chatter)
  },
  /** Ends a flood; gives the bytes printed since the device exists. */
  stop({ port }: { port: number }): number {
    const device = deviceAt(port)
    device.flooding = false
    return device.printed
  },
}

export type FarEnd = typeof calls

serveCalls(calls)

function connected(device: Device, socket: Socket, echo: boolean): void {
  device.sockets.add(socket)
  socket.on('error', () => undefined)
  socket.on('close', () => device.sockets.delete(socket))
  if (echo) socket.on('data', (bytes) => socket.write(bytes))
  else socket.resume()
  device.changed()
}

/** Prints up to the position `end`, each write when the one before has gone. */
function print(device: Device, end: number, last: string): void {
  const [socket] = device.sockets
  if (socket === undefined) throw new Error('Nobody is on the line.')
  device.flooding = true
  const next = (): void => {
    if (!device.flooding || socket.destroyed) return
    if (device.printed >= end) {
      socket.write(last)
      return
    }
    const bytes = printedAt(device.printed, Math.min(writeBytes, end - device.printed))
    device.printed += bytes.length
    socket.write(bytes, next)
  }
  next()
}

function deviceAt(port: number): Device {
  const device = devices.get(port)
  if (device === undefined) throw new Error(`There is no device at ${port}.`)
  return device
}
