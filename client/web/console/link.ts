import {
  type ClientMessage,
  closeCodes,
  type ServerMessage,
  serverMessage,
} from '../../../server/contract/console.ts'
import { type EndCode, type LinkState, retryDelay } from './link-state.ts'

/** As much of a WebSocket as is used here, so that tests need no browser. */
export interface Socket {
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(): void
}

export interface SocketEvents {
  message(data: unknown): void
  closed(code: number): void
}

export interface LinkClock {
  now(): number
  /** Runs once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
}

/** Why an attach did not come about, as far as the gateway tells over HTTP: a browser hides how an upgrade was refused. */
export type Verdict = { kind: 'retry'; why: string } | { kind: 'ended'; code: EndCode; message: string }

export interface LinkOptions {
  open(events: SocketEvents): Socket
  probe(): Promise<Verdict>
  clock: LinkClock
  /** 0 to 1, as Math.random gives. */
  random(): number
  onState(state: LinkState): void
  onMessage(message: ServerMessage): void
  onBytes(bytes: Uint8Array): void
}

/** Longer than any gateway needs to answer, short enough that a person still waits. */
const attachWithinMs = 10_000
/** A link that did not stay this long is counted as a failure, so that a gateway that drops everybody is not hammered. */
const goodAfterMs = 5000

/** The life of a page's socket: attaches, notices that it is gone, waits, attaches again, until it is told that there is no use. */
export class Link {
  readonly #options: LinkOptions
  #state: LinkState = { state: 'connecting', attempt: 1 }
  #socket: Socket | undefined
  #failures = 0
  #cancelTimer: () => void = () => {}
  /** The last word of the gateway on the socket that just closed. */
  #lastWord: { why: string } | undefined
  #closed = false

  constructor(options: LinkOptions) {
    this.#options = options
  }

  get state(): LinkState {
    return this.#state
  }

  /** Attaches now, unless it is attached or there is no use. */
  connect(): void {
    if (this.#closed || this.#state.state === 'ended' || this.#socket) return
    this.#cancelTimer()
    this.#lastWord = undefined
    this.#become({ state: 'connecting', attempt: this.#failures + 1 })
    const socket = this.#options.open({
      message: (data) => this.#receive(socket, data),
      closed: (code) => this.#lost(socket, code),
    })
    this.#socket = socket
    this.#cancelTimer = this.#options.clock.after(attachWithinMs, () =>
      this.drop('The gateway took too long to answer.'),
    )
  }

  /** Gives up the socket and attaches anew; for when it is known to be dead although the browser does not see it. */
  drop(why: string): void {
    const socket = this.#socket
    if (!socket) return
    this.#lastWord = { why }
    this.#forget()
    socket.close()
    this.#retry()
  }

  /** Returns whether it was sent: only an attached link sends. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): boolean {
    return this.#send(bytes)
  }

  say(message: ClientMessage): boolean {
    return this.#send(JSON.stringify(message))
  }

  close(): void {
    this.#closed = true
    this.#cancelTimer()
    const socket = this.#socket
    if (!socket) return
    this.#forget()
    socket.close()
  }

  #send(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#state.state !== 'attached' || !this.#socket) return false
    this.#socket.send(data)
    return true
  }

  #receive(socket: Socket, data: unknown): void {
    if (socket !== this.#socket) return
    if (data instanceof ArrayBuffer) this.#options.onBytes(new Uint8Array(data))
    const message = readMessage(data)
    if (!message) return
    if (message.type === 'attached') {
      this.#cancelTimer()
      this.#become({ state: 'attached', since: this.#options.clock.now() })
    }
    // Afterwards an error is about something that was asked for, not about the socket.
    if (message.type === 'error' && this.#state.state === 'connecting')
      this.#lastWord = { why: message.message }
    if (message.type === 'bye') this.#bye(message)
    this.#options.onMessage(message)
  }

  #bye({ code, message }: Extract<ServerMessage, { type: 'bye' }>): void {
    if (code === 'shutdown') this.#lastWord = { why: message }
    else this.#end(code, message)
  }

  #lost(socket: Socket, code: number): void {
    if (socket !== this.#socket) return
    const wasAttached = this.#state.state === 'attached'
    this.#forget()
    if (code === closeCodes.revoked) this.#end('revoked', 'You may no longer see this console.')
    else if (code === closeCodes.deviceRemoved) this.#end('device-removed', 'This device has been removed.')
    else {
      this.#retry()
      if (!wasAttached) void this.#askWhy()
    }
  }

  #retry(): void {
    const now = this.#options.clock.now()
    const wasGood = this.#state.state === 'attached' && now - this.#state.since >= goodAfterMs
    this.#failures = wasGood ? 1 : this.#failures + 1
    const delay = retryDelay(this.#failures, this.#options.random())
    const why = this.#lastWord?.why ?? 'The connection to the gateway was lost.'
    this.#become({ state: 'waiting', attempt: this.#failures, retryAt: now + delay, why })
    this.#cancelTimer = this.#options.clock.after(delay, () => this.connect())
  }

  async #askWhy(): Promise<void> {
    const verdict = await this.#options.probe()
    if (this.#closed) return
    if (verdict.kind === 'ended') {
      this.#end(verdict.code, verdict.message)
      return
    }
    // The socket's own last word says more than that the gateway answers otherwise.
    if (this.#state.state === 'waiting' && !this.#lastWord) this.#become({ ...this.#state, why: verdict.why })
  }

  #end(code: EndCode, message: string): void {
    this.#cancelTimer()
    this.#become({ state: 'ended', code, message })
    const socket = this.#socket
    if (!socket) return
    this.#forget()
    socket.close()
  }

  /** Nothing that this socket still says counts. */
  #forget(): void {
    this.#cancelTimer()
    this.#socket = undefined
  }

  #become(state: LinkState): void {
    this.#state = state
    this.#options.onState(state)
  }
}

/** A message of a newer gateway that this page does not know is none. */
function readMessage(data: unknown): ServerMessage | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return serverMessage.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}
