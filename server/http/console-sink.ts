import type { WebSocket } from 'ws'
import type { Attachment, ViewerSink } from '../console/console.ts'
import { closeCodes, type ServerMessage } from '../contract/console.ts'

/** Bytes a socket may hold before the viewer counts as slow: what one credit window holds. */
const enough = 1024 * 1024

const closeCodeOf = {
  revoked: closeCodes.revoked,
  kicked: closeCodes.revoked,
  'device-removed': closeCodes.deviceRemoved,
  shutdown: closeCodes.shutdown,
} as const

/** The WebSocket as the far side of a viewer: binary frames are bytes, text frames control. */
export function socketSink(socket: WebSocket, attachment: () => Attachment | undefined): ViewerSink {
  let closeCode: number = closeCodes.shutdown
  let full = false
  const sent = (): void => {
    if (!full || socket.bufferedAmount > enough / 2) return
    full = false
    attachment()?.drained()
  }
  return {
    bytes(chunk) {
      socket.send(chunk, { binary: true }, sent)
      full = socket.bufferedAmount > enough
      return !full
    },
    message(message: ServerMessage) {
      if (message.type === 'bye') closeCode = closeCodeOf[message.code]
      socket.send(JSON.stringify(message))
    },
    end: () => socket.close(closeCode),
  }
}
