import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from './monotonic.ts'
import type { Incoming, Target, ViewerLink } from './target.ts'

const listensWithinMs = 30_000

/** Attaches as `nc` does, as soon as somebody listens. */
export async function openTcp(
  { port }: Extract<Target, { kind: 'tcp' }>,
  incoming: Incoming,
): Promise<ViewerLink> {
  const socket = await connected(port)
  socket.on('error', () => undefined)
  socket.once('close', () => incoming.failed('It hung up.'))
  socket.on('data', (chunk) => incoming.bytes(chunk))
  return {
    type: (bytes) => void socket.write(bytes),
    toEnd: () => undefined,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.destroy(),
  }
}

/** A socket to a program that says nothing when it listens. */
export async function connected(port: number, withinMs = listensWithinMs): Promise<Socket> {
  const triedUntil = monotonicMs() + withinMs
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    try {
      await once(socket, 'connect')
      return socket
    } catch (cause) {
      socket.destroy()
      if (monotonicMs() > triedUntil) throw new Error(`Nobody listens at port ${port}.`, { cause })
      await delay(10)
    }
  }
}
