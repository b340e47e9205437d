import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { demandOwnPassword, type Principal } from '../access/can.ts'
import type { Clock } from '../base/clock.ts'
import type { AppError } from '../base/errors.ts'
import { closeCodes } from '../contract/console.ts'
import { bearerToken } from './cookie.ts'
import { demandOwnHost, demandOwnOrigin } from './cross-site.ts'
import { errorBody } from './errors.ts'
import { authenticate, type GateOptions, signInRequired } from './gate.ts'

/**
 * Pieces of one message, and reads in which one piece came. Until a message is whole each of them may keep the memory of a whole read, 64 KiB,
 * whatever else was in it. What pages and proxies send comes in fewer.
 */
const most = { pieces: 64, reads: 1024 }

/** What ties WebSockets to their upgrades. A message of more than `maxPayload` bytes ends its socket (RFC 6455 1009). */
export function createSocketServer(maxPayload: number): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload,
    maxFragments: most.pieces,
    maxBufferedChunks: most.reads,
  })
}

/** Who asks for a WebSocket. A browser sends the cookie with any site's; only a token in a header proves a program of the user's own. */
export async function admitUpgrade(request: IncomingMessage, options: GateOptions): Promise<Principal> {
  demandOwnHost(request, options.names)
  if (bearerToken(request) === undefined) demandOwnOrigin(request, options.names)
  const principal = await authenticate(request, options)
  if (principal === undefined) throw signInRequired()
  demandOwnPassword(principal)
  return principal
}

/** Answers an upgrade with an ordinary HTTP response, and hangs up: nothing else would ever end a socket that the peer keeps half open. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  const body = JSON.stringify(errorBody(error))
  const head = `HTTP/1.1 ${error.status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
  socket.end(head + body, () => socket.destroy())
}

/** A peer that does not answer a close frame in this time is cut off. */
const goodbyeMs = 2000

/** Ends every socket, with what was still to be sent where the peer takes it. */
export async function closeAll(server: WebSocketServer, clock: Clock): Promise<void> {
  const gone = [...server.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  for (const socket of server.clients) socket.close(closeCodes.shutdown)
  const timer = clock.after(goodbyeMs, () => {
    for (const socket of server.clients) socket.terminate()
  })
  await Promise.all(gone)
  timer.cancel()
}
