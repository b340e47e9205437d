import { request } from 'node:http'
import type { Socket } from 'node:net'
import type { ClientMessage, ServerMessage } from '../../server/contract/console.ts'
import { limits } from '../../server/contract/limits.ts'
import { type Frame, frameReader } from './frames.ts'
import type { Incoming, Target, ViewerLink } from './target.ts'

type WebSocketTarget = Extract<Target, { kind: 'lifeline' | 'pipe' }>

/**
 * A WebSocket client that hands on each piece of a frame as it came, so that reading costs the machine as little as can be.
 * Resolves once the other end has said `attached`, or at once where it says nothing.
 */
export async function openWebSocket(target: WebSocketTarget, incoming: Incoming): Promise<ViewerLink> {
  const { socket, head } = await upgrade(target)
  const send = (opcode: number, payload: Uint8Array): void => void socket.write(masked(opcode, payload))
  const attached = Promise.withResolvers<void>()
  const viewer = new Acknowledging(incoming, target.kind === 'lifeline' && target.acks, (message) =>
    send(opcodes.text, Buffer.from(JSON.stringify(message))),
  )
  const read = frameReader({
    bytes: (chunk) => viewer.bytes(chunk),
    frame({ opcode, payload }: Frame) {
      if (opcode === opcodes.ping) send(opcodes.pong, payload)
      if (opcode !== opcodes.text) return
      const message: ServerMessage = JSON.parse(payload.toString())
      viewer.message(message)
      // Who is refused before is never attached.
      if (message.type === 'error' || message.type === 'bye') attached.reject(new Error(message.message))
      if (message.type === 'attached') attached.resolve()
    },
  })
  socket.on('data', read)
  if (head.length > 0) read(head)
  if (target.kind === 'lifeline') await attached.promise
  return {
    type: (bytes) => send(opcodes.binary, bytes),
    toEnd: () => viewer.toEnd(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.destroy(),
  }
}

/** RFC 6455 section 5.2. */
const opcodes = { text: 1, binary: 2, ping: 9, pong: 10 } as const

/** Counts offsets and acknowledges as the page does. */
class Acknowledging {
  readonly #incoming: Incoming
  readonly #acks: boolean
  readonly #send: (message: ClientMessage) => void
  #position = 0
  #acked = 0

  constructor(incoming: Incoming, acks: boolean, send: (message: ClientMessage) => void) {
    this.#incoming = incoming
    this.#acks = acks
    this.#send = send
  }

  bytes(chunk: Buffer): void {
    this.#position += chunk.length
    this.#incoming.bytes(chunk)
    if (!this.#acks || this.#position - this.#acked < limits.ackEveryBytes) return
    this.#acked = this.#position
    this.#send({ type: 'ack', offset: this.#position })
  }

  message(message: ServerMessage): void {
    if (message.type === 'attached') {
      this.#acked = message.offset
      this.#move(message.offset, 0)
    }
    if (message.type === 'gap') this.#move(message.gap.to, message.gap.to - this.#position)
    if (message.type === 'error' || message.type === 'bye') this.#incoming.failed(message.message)
  }

  toEnd(): void {
    if (this.#acks) this.#send({ type: 'resume' })
  }

  #move(position: number, lost: number): void {
    this.#position = position
    this.#incoming.moved(position, lost)
  }
}

function upgrade(target: WebSocketTarget): Promise<{ socket: Socket; head: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request(target.url, {
      headers: {
        ...(target.kind === 'lifeline' && target.headers),
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': Buffer.alloc(16, 'bench').toString('base64'),
      },
    })
    asked.on('upgrade', (_response, socket, head) => {
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      resolve({ socket, head })
    })
    asked.on('response', ({ statusCode }) =>
      reject(new Error(`The upgrade was answered with ${statusCode}.`)),
    )
    asked.on('error', reject)
    asked.end()
  })
}

/** A client's frame. Its mask is zero, which leaves the payload as it is (RFC 6455 section 5.3). */
function masked(opcode: number, payload: Uint8Array): Buffer {
  if (payload.length > 125) throw new Error('The bench types no long frames.')
  return Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0), payload])
}
