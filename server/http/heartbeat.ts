import type { WebSocket } from 'ws'
import type { Clock, Timer } from '../base/clock.ts'

/** A peer that answers no ping for two beats is gone: at most 20 s, well within what proxies allow a silent connection. */
const beatMs = 10_000

/** Pings a WebSocket (RFC 6455 section 5.5.2) and ends it when the peer has gone silent. */
export function heartbeat(socket: WebSocket, clock: Clock): Timer {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  return clock.every(beatMs, () => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  })
}
