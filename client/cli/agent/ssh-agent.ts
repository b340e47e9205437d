import { connect, type Socket } from 'node:net'
import {
  type AgentKey,
  agentMessageBytes,
  readIdentities,
  writeRequest,
} from '../../../server/contract/agent/messages.ts'

/** One connection to the agent of whoever started us. An agent binds each of its connections to one SSH session. */
export class AgentConnection {
  readonly #socket: Socket
  #held = Buffer.alloc(0)
  #waiting: { resolve(message: Uint8Array): void; reject(error: Error): void } | undefined
  #ended: Error | undefined

  /** `path` is that of its socket (SSH_AUTH_SOCK), or of a named pipe on Windows. */
  constructor(path: string) {
    this.#socket = connect(path)
    this.#socket.on('data', (bytes: Buffer) => this.#heard(bytes))
    this.#socket.on('error', (error) =>
      this.#end(new Error(`The ssh agent at ${path} cannot be reached: ${error.message}`)),
    )
    this.#socket.on('close', () => this.#end(new Error('The ssh agent ended the connection.')))
  }

  /** One question after the other. A message has no length before it, neither way. */
  ask(message: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended)
      this.#waiting = { resolve, reject }
      const length = Buffer.alloc(4)
      length.writeUInt32BE(message.length)
      this.#socket.write(Buffer.concat([length, message]))
    })
  }

  close(): void {
    this.#end(new Error('The talk is over.'))
  }

  #heard(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes])
    if (this.#held.length < 4) return
    const length = this.#held.readUInt32BE(0)
    if (length === 0 || length > agentMessageBytes) {
      this.#end(new Error('What is at SSH_AUTH_SOCK does not speak as an ssh agent does.'))
      return
    }
    if (this.#held.length < 4 + length) return
    const message = this.#held.subarray(4, 4 + length)
    this.#held = this.#held.subarray(4 + length)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(message)
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#socket.destroy()
    this.#waiting?.reject(this.#ended)
    this.#waiting = undefined
  }
}

/** The keys that the agent has. Rejects with Error when there is no agent. */
export async function keysOf(path: string): Promise<AgentKey[]> {
  const agent = new AgentConnection(path)
  try {
    const keys = readIdentities(await agent.ask(writeRequest({ kind: 'identities' })))
    if (keys === undefined) throw new Error('What is at SSH_AUTH_SOCK does not speak as an ssh agent does.')
    return keys
  } finally {
    agent.close()
  }
}
