import { once } from 'node:events'
import { vi } from 'vitest'
import type WebSocket from 'ws'
import type { ClientMessage, ServerMessage } from '../../server/contract/console.ts'

/** A program at the console's WebSocket that counts as a page does. */
export interface TestViewer {
  socket: WebSocket
  /** Everything received, in order: bytes with the offset they stand at, and messages. */
  bytes(): Buffer
  /** Offset of the next byte. */
  offset(): number
  messages: ServerMessage[]
  send(message: ClientMessage): void
  type(text: string | Uint8Array): void
  /** Waits until the text has been received. */
  sees(text: string): Promise<void>
  /** Waits for a message of a kind that satisfies the condition; looks at those received already too. */
  told<T extends ServerMessage['type']>(
    type: T,
    condition?: (message: Extract<ServerMessage, { type: T }>) => boolean,
  ): Promise<Extract<ServerMessage, { type: T }>>
  /** Resolves with the close code. */
  ended: Promise<number>
  /** Drops the connection as a cut cable would. */
  kill(): void
  close(): Promise<void>
}

export async function view(socket: WebSocket, { acks = false } = {}): Promise<TestViewer> {
  const chunks: Buffer[] = []
  const messages: ServerMessage[] = []
  let offset = 0
  socket.on('message', (data: Buffer, binary) => {
    if (binary) {
      chunks.push(data)
      offset += data.length
      if (acks) send({ type: 'ack', offset })
      return
    }
    const message: ServerMessage = JSON.parse(data.toString())
    if (message.type === 'attached') offset = message.offset
    if (message.type === 'gap') offset = message.gap.to
    messages.push(message)
  })
  const send = (message: ClientMessage): void => socket.send(JSON.stringify(message))
  const ended = once(socket, 'close').then(([code]) => Number(code))
  await once(socket, 'open')
  const viewer: TestViewer = {
    socket,
    bytes: () => Buffer.concat(chunks),
    offset: () => offset,
    messages,
    send,
    type: (text) => socket.send(Buffer.from(text)),
    sees: (text) =>
      new Promise((resolve, reject) => {
        // Each chunk is looked at once, with as much before it as the text may have begun in.
        let tail = Buffer.alloc(0)
        const look = (chunk: Buffer): void => {
          const joined = Buffer.concat([tail, chunk])
          if (joined.includes(text)) done(resolve)
          tail = joined.subarray(Math.max(0, joined.length - Buffer.byteLength(text) + 1))
        }
        const heard = (data: Buffer, binary: boolean): void => {
          if (binary) look(data)
        }
        const gone = (): void => done(() => reject(new Error(`${JSON.stringify(text)} was never received`)))
        const done = (settle: () => void): void => {
          socket.off('message', heard)
          socket.off('close', gone)
          settle()
        }
        socket.on('message', heard)
        socket.on('close', gone)
        look(Buffer.concat(chunks))
      }),
    told: (type, condition = () => true) =>
      vi.waitFor(
        () => {
          const found = messages.find(
            (message): message is Extract<ServerMessage, { type: typeof type }> =>
              message.type === type && condition(message as Extract<ServerMessage, { type: typeof type }>),
          )
          if (found === undefined)
            throw new Error(`${type} has not been told: ${JSON.stringify(messages.slice(-5))}`)
          return found
        },
        { timeout: 20_000, interval: 5 },
      ),
    ended,
    kill: () => socket.terminate(),
    async close() {
      socket.close()
      await ended
    },
  }
  return viewer
}
