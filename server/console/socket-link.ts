import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { AppError, systemCode } from '../base/errors.ts'
import type { Cause } from '../contract/line.ts'
import { abortedCause, causeOfSystemError, closedByFarEnd } from './causes.ts'
import { justRead, nextBuffer } from './read-buffer.ts'
import { LinkError, type LinkEvents } from './transport.ts'

export interface SocketRequest {
  to: NetConnectOpts
  /** The far end as people know it: `host:port` or a path. */
  target: string
  signal: AbortSignal
  events: Pick<LinkEvents, 'data' | 'closed'>
}

/** How long the far end may take to read what is left and close its side, before we just hang up. */
const goodbyeMs = 1000

/** Connects; rejects with LinkError. The bytes of the stream are what the device prints and gets, unless a protocol lies over it. */
export async function openSocket(request: SocketRequest): Promise<SocketLink> {
  const { signal, target, to } = request
  if (signal.aborted) throw new LinkError(abortedCause(target))
  const connected = Promise.withResolvers<void>()
  let closing = () => false
  const reader = Symbol(target)
  let lastRead = 0
  const callback = (length: number): boolean => {
    lastRead = length
    if (!closing()) request.events.data(justRead(length))
    return true
  }
  const socket = connect({ ...to, onread: { buffer: () => nextBuffer(reader, lastRead), callback } })
  const fail = (error: Error) =>
    connected.reject(new LinkError(causeOfSystemError(error, target), { cause: error }))
  const abort = () => connected.reject(new LinkError(abortedCause(target)))
  socket.once('connect', connected.resolve)
  socket.once('error', fail)
  signal.addEventListener('abort', abort)
  try {
    await connected.promise
    const link = new SocketLink(socket, request)
    closing = () => link.isClosing
    return link
  } catch (error) {
    socket.on('error', () => {})
    socket.destroy()
    throw error
  } finally {
    socket.off('error', fail)
    signal.removeEventListener('abort', abort)
  }
}

/** A connected stream socket in the shape of a link that knows no BREAK. */
export class SocketLink {
  readonly breakSupported = false
  readonly socket: Socket
  readonly #request: SocketRequest
  #why: Cause | undefined
  #closing: Promise<void> | undefined
  #waiting: (() => void)[] = []

  constructor(socket: Socket, request: SocketRequest) {
    this.socket = socket
    this.#request = request
    socket.on('error', (error) => {
      this.#why ??= this.#causeOf(error)
    })
    socket.once('close', () => this.#closed())
  }

  get isClosing(): boolean {
    return this.#closing !== undefined
  }

  write(bytes: Uint8Array): boolean {
    if (this.socket.destroyed || this.socket.writableEnded) return true
    return this.socket.write(bytes, () => this.#release())
  }

  drained(): Promise<void> {
    if (this.socket.destroyed || this.socket.writableLength === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  sendBreak(): Promise<void> {
    return Promise.reject(
      breakUnsupported(`A plain stream like the one to ${this.#request.target} cannot carry a BREAK.`),
    )
  }

  /** Hangs up at once because the far end cannot be used further; `closed` tells why. */
  fail(cause: Cause): void {
    this.#why ??= cause
    this.socket.destroy()
  }

  close(): Promise<void> {
    this.#closing ??= this.#sayGoodbye()
    return this.#closing
  }

  async #sayGoodbye(): Promise<void> {
    if (this.socket.destroyed) return
    const closed = Promise.withResolvers<void>()
    const timer = setTimeout(() => this.socket.destroy(), goodbyeMs)
    this.socket.once('close', closed.resolve)
    this.socket.end()
    await closed.promise
    clearTimeout(timer)
  }

  #closed(): void {
    this.#release()
    if (this.#closing === undefined)
      this.#request.events.closed(this.#why ?? closedByFarEnd(this.#request.target))
  }

  #release(): void {
    if (!this.socket.destroyed && this.socket.writableLength > 0) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** On a link that was up, a time-out is TCP giving up on probes and repeated data. */
  #causeOf(error: Error): Cause {
    const { target } = this.#request
    return systemCode(error) === 'ETIMEDOUT' ? noAnswer(target) : causeOfSystemError(error, target)
  }
}

export const noAnswer = (target: string): Cause => ({
  code: 'no-answer',
  message: `${target} no longer answers: it was switched off, or the network in between is down.`,
})

export const breakUnsupported = (message: string): AppError => new AppError('break-unsupported', message)
