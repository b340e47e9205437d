import type { Socket, SocketEvents } from './link.ts'
import type { Came, Opening } from './socket-worker.ts'

/** RFC 6455 section 7.1.5: closed without a word. */
const closedAbnormally = 1006

let thread: Worker | undefined

/**
 * A WebSocket in the thread that those of all consoles share. A browser hands a page little at a time of what comes while it is busy: with
 * the socket in the page itself, a flood took a fifth longer. Its other end must wait to be told that what it sent was used, since the
 * thread always reads.
 */
export function openSocketAside(url: string, events: SocketEvents): Socket {
  const { port1: port, port2 } = new MessageChannel()
  thread ??= startThread()
  const worker = thread
  const end = (code: number) => {
    worker.removeEventListener('error', fail)
    port.close()
    events.closed(code)
  }
  const fail = () => end(closedAbnormally)
  worker.addEventListener('error', fail)
  port.onmessage = ({ data }: MessageEvent<Came>) => {
    if (typeof data === 'object' && 'closed' in data) end(data.closed)
    else events.message(data)
  }
  const opening: Opening = { url, port: port2 }
  worker.postMessage(opening, [port2])
  return {
    send(data) {
      if (typeof data === 'string') return port.postMessage(data)
      // Of a part of something longer, all of it would be copied.
      const own = data.slice()
      port.postMessage(own, [own.buffer])
    },
    close: () => port.postMessage(null),
  }
}

/** Where it cannot start or fails, its sockets are lost, and the next one begins another. */
function startThread(): Worker {
  const worker = new Worker(new URL('./socket-worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('error', () => {
    if (thread === worker) thread = undefined
    worker.terminate()
  })
  return worker
}
