import { setTimeout as pause } from 'node:timers/promises'
import type { Cause } from '../../contract/line.ts'
import { abortedCause } from '../causes.ts'
import { breakUnsupported, type SocketLink } from '../socket-link.ts'
import { openTcp, targetName } from '../tcp-link.ts'
import { TelnetSession } from '../telnet/session.ts'
import { type Link, LinkError, type OpenRequest, type Transport } from '../transport.ts'

/** Telnet (RFC 854) to a terminal server, with its serial line set through RFC 2217 where both sides want that. */
export const telnetTransport: Transport<'telnet'> = {
  kind: 'telnet',
  async open(request) {
    const link = new TelnetLink(request)
    try {
      await link.open()
    } catch (error) {
      await link.close()
      throw error
    }
    return link
  },
}

/** A far end that answers does so in a round trip or two; one that does not is taken as it is after this. */
const negotiationMs = 1500
/** RFC 2217 leaves a BREAK's length to the client. */
const breakMs = 250
/** Unsent bytes above which a far end that asks for signs of life gets none: it does not read what it has. */
const courtesyBacklogBytes = 64 * 1024

class TelnetLink implements Link {
  readonly #request: OpenRequest<'telnet'>
  readonly #session: TelnetSession
  readonly #settled = Promise.withResolvers<void>()
  readonly #ended = new AbortController()
  #socket: SocketLink | undefined
  #isOpen = false

  constructor(request: OpenRequest<'telnet'>) {
    this.#request = request
    this.#session = new TelnetSession(request.config.serial)
  }

  get breakSupported(): boolean {
    return this.#session.breakBytes !== undefined
  }

  /** Resolves when the options are agreed: what is written before could arrive under other rules for CR than it was sent with. */
  async open(): Promise<void> {
    const { signal } = this.#request
    const events = { ...this.#request.events, data: this.#receive, closed: this.#closed }
    this.#socket = await openTcp({ ...this.#request, events })
    const abort = () => this.#settled.reject(new LinkError(abortedCause(this.#target)))
    const timer = setTimeout(this.#settled.resolve, negotiationMs)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    try {
      this.#socket.write(this.#session.start())
      await this.#settled.promise
      this.#isOpen = true
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
    this.#reportSettings()
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket?.write(this.#session.encode(bytes)) ?? true
  }

  async drained(): Promise<void> {
    await this.#socket?.drained()
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  async sendBreak(): Promise<void> {
    const bytes = this.#session.breakBytes
    if (bytes === undefined) {
      throw breakUnsupported(
        `${this.#target} has not answered anything in telnet, so a BREAK would arrive as typed bytes.`,
      )
    }
    this.#socket?.write(bytes.begin)
    if (bytes.end === undefined) return
    await pause(breakMs, undefined, { signal: this.#ended.signal }).catch(() => {})
    this.#socket?.write(bytes.end)
  }

  async close(): Promise<void> {
    this.#ended.abort()
    await this.#socket?.close()
  }

  get #target(): string {
    return targetName(this.#request.config)
  }

  #receive = (chunk: Uint8Array): void => {
    const { data, replies, courtesies } = this.#session.receive(chunk)
    const socket = this.#socket
    for (const reply of replies) socket?.write(reply)
    if (socket && socket.socket.writableLength < courtesyBacklogBytes) {
      for (const courtesy of courtesies) socket.write(courtesy)
    }
    if (data.length > 0) this.#request.events.data(data)
    const fault = this.#session.fault
    if (fault !== undefined)
      socket?.fail({ code: 'protocol', message: `${this.#target} does not speak sound telnet. ${fault}` })
    if (this.#session.isSettled) this.#settled.resolve()
  }

  #closed = (cause: Cause): void => {
    this.#ended.abort()
    if (this.#isOpen) this.#request.events.closed(cause)
    else this.#settled.reject(new LinkError(cause))
  }

  #reportSettings(): void {
    const { config, log } = this.#request
    if (config.serial === undefined) return
    const refused = this.#session.refusedSettings
    if (refused === undefined)
      log.warn({}, 'The far end offers no RFC 2217: its serial line stays as it is set there.')
    else if (refused.length > 0)
      log.warn({ refused }, 'The far end set its serial line otherwise than asked.')
  }
}
