import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Attachment, ViewerSink } from '../console/console.ts'
import { closeCodes, type ServerMessage } from '../contract/console.ts'
import { limits } from '../contract/limits.ts'
import { writeBinaryFrame } from './binary-frame.ts'

/** Bytes a socket may hold before the viewer counts as slow. */
const enough = 1024 * 1024

/**
 * Unsent bytes at which a viewer is cut off. Output alone never comes there; a viewer that reads nothing and yet gives signs of life
 * would have the gateway keep all that it is told.
 */
const mostUnsent = limits.mostCreditBytes + 2 * enough

type Sending = Pick<WebSocket, 'bufferedAmount' | 'readyState' | 'OPEN' | 'send' | 'close' | 'terminate'>

/** Sends a control message, unless the viewer takes none. */
export function sendMessage(
  socket: Pick<Sending, 'bufferedAmount' | 'send' | 'terminate'>,
  message: ServerMessage,
): void {
  if (socket.bufferedAmount > mostUnsent) socket.terminate()
  else socket.send(JSON.stringify(message))
}

const closeCodeOf = {
  revoked: closeCodes.revoked,
  kicked: closeCodes.revoked,
  'device-removed': closeCodes.deviceRemoved,
  shutdown: closeCodes.shutdown,
} as const

export interface SinkOptions {
  /** What the WebSocket lies on. */
  stream: Duplex
  attachment(): Attachment | undefined
  sent(bytes: number): void
}

/** The WebSocket as the far side of a viewer: binary frames are bytes, text frames control. */
export function socketSink(socket: Sending, { stream, attachment, sent: count }: SinkOptions): ViewerSink {
  let closeCode: number = closeCodes.shutdown
  let full = false
  const sent = (done: () => void, error: Error | null | undefined): void => {
    // What could not be sent may still be looked at by the system: its memory is left to the garbage collector.
    if (!error) done()
    if (!full || socket.bufferedAmount > enough / 2) return
    full = false
    attachment()?.drained()
  }
  return {
    bytes(chunk, done) {
      // Nothing may follow a close frame, and what nobody is sent need not be read.
      if (socket.readyState !== socket.OPEN) {
        done()
        return false
      }
      count(chunk.length)
      writeBinaryFrame(stream, chunk, (error) => sent(done, error))
      full = socket.bufferedAmount > enough
      return !full
    },
    message(message: ServerMessage) {
      if (message.type === 'bye') closeCode = closeCodeOf[message.code]
      sendMessage(socket, message)
    },
    end: () => socket.close(closeCode),
  }
}
