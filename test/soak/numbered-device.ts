import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

/** Digits of a line's number. */
const digits = 12
/** Bytes of a line, its line feed included. */
const lineBytes = 64

/** A serial console on a TCP port that prints numbered lines, day and night, whether anybody is on the line or not. */
export interface NumberedDevice {
  port: number
  /** Lines printed so far; those that nobody was connected for are gone. */
  printed(): number
  /** Bytes typed on it so far. */
  typedBytes(): number
  close(): Promise<void>
}

/** How often it prints, ms. */
const tickMs = 10

export async function startNumberedDevice(bytesPerSecond: number): Promise<NumberedDevice> {
  const lines = Math.ceil((bytesPerSecond * tickMs) / 1000 / lineBytes)
  const sockets = new Set<Socket>()
  let printed = 0
  let typed = 0
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      typed += bytes.length
    })
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ticking = setInterval(() => {
    const text = Array.from({ length: lines }, (_, at) => numberedLine(printed + at)).join('')
    printed += lines
    // A UART has no memory either: what a stopped far end does not take is lost.
    for (const socket of sockets) if (socket.writableLength < 1_000_000) socket.write(text)
  }, tickMs)
  return {
    port: (server.address() as AddressInfo).port,
    printed: () => printed,
    typedBytes: () => typed,
    async close() {
      clearInterval(ticking)
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What a line says after its number follows from the number, so that a byte out of place is seen. */
export function numberedLine(number: number): string {
  const name = String(number).padStart(digits, '0')
  return `${name} ${name.repeat(5).slice(0, lineBytes - digits - 2)}\n`
}

/** The number of a line; undefined for anything but a whole, right line. */
export function numberOf(line: string): number | undefined {
  const number = Number(line.slice(0, digits))
  return numberedLine(number) === `${line}\n` ? number : undefined
}
