import type { ClientChannel } from 'ssh2'
import type { Clock } from '../../base/clock.ts'
import { AppError } from '../../base/errors.ts'
import type { Cause } from '../../contract/line.ts'
import type { Link, LinkEvents } from '../transport.ts'
import type { SshConnection } from './connection.ts'
import { requestBreak } from './internals.ts'
import type { Preset } from './presets.ts'

/** A person's paste fits; more than this in flight only hides that the far end is slow. */
const writeLimit = 64 * 1024
const breakMs = 250
/** RFC 4335 section 3 wants an answer; a far end that gives none did not break either. */
const breakAnswerMs = 5000

export interface LinkOptions {
  connection: SshConnection
  channel: ClientChannel
  preset: Preset
  target: string
  events: LinkEvents
  clock: Clock
}

/** The console at the end of one SSH channel. Output is read at once, always: the window only closes on what is in transit. */
export class SshLink implements Link {
  readonly breakSupported: boolean
  readonly #options: LinkOptions
  readonly #ended: Promise<void>
  #open = true
  #closing: Promise<void> | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.breakSupported = options.preset.passesBreak
    const { channel, connection } = options
    channel.on('error', () => undefined)
    // The far end closed the channel: its program ended, though the connection would stay.
    channel.on('close', (code?: number | null) => void connection.close(this.#causeOfExit(code)))
    this.#ended = connection.ended.then((cause) => {
      const byItself = this.#open
      this.#open = false
      if (byItself) options.events.closed(cause)
    })
  }

  write(bytes: Uint8Array): boolean {
    const { channel, connection } = this.#options
    if (!this.#open || !channel.writable) return true
    try {
      channel.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch {
      // The connection broke in this very turn; its end is on the way.
      return true
    }
    return channel.writableLength + connection.unsent < writeLimit
  }

  async drained(): Promise<void> {
    const { channel, connection } = this.#options
    if (!this.#open) return
    if (channel.writableLength > 0) await Promise.race([passed(channel), this.#ended])
    await Promise.race([connection.flushed(), this.#ended])
  }

  async sendBreak(): Promise<void> {
    const { preset, target, channel, clock } = this.#options
    if (!this.breakSupported) {
      throw new AppError(
        'break-unsupported',
        `${preset.name} passes no break on from SSH. Connect this device with ipmi-sol to send one.`,
      )
    }
    const answer = this.#open ? requestBreak(channel, breakMs) : undefined
    if (answer !== undefined && (await inTime(answer, clock))) return
    throw new AppError('break-unsupported', `${target} did not take the break request (RFC 4335).`)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #close(): Promise<void> {
    this.#open = false
    const { channel, connection } = this.#options
    for (const output of [channel, channel.stderr]) output.removeAllListeners('data').resume()
    return connection.close()
  }

  /** @param code null after a signal, undefined when the far end did not say. */
  #causeOfExit(code: number | null | undefined): Cause {
    const { target, preset } = this.#options
    if (code === undefined) return { code: 'closed-by-far-end', message: `${target} closed the session.` }
    const how = code === null ? 'was ended by a signal' : `ended with status ${code}`
    const what = preset.start.how === 'type' ? 'The command line' : 'The program'
    return { code: 'program-ended', message: `${what} at ${target} ${how}.` }
  }
}

/** Resolves when everything written to the channel has gone into the connection. */
const passed = (channel: ClientChannel) =>
  new Promise<void>((resolve) => channel.write(Buffer.alloc(0), () => resolve()))

async function inTime(answer: Promise<boolean>, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(breakAnswerMs, () => resolve(false))
    void answer.then((taken) => {
      timer.cancel()
      resolve(taken)
    })
  })
}
