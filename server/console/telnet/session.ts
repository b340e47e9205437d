import { command, iac, negotiation, option } from './codes.ts'
import { breakOff, breakOn, ComPort, type SerialSettings, type SettingRefused } from './com-port.ts'
import { encodeData, NewlineReader } from './data.ts'
import { TelnetDecoder, type TelnetToken } from './decoder.ts'
import { TelnetOptions } from './options.ts'

/** What a chunk from the far end comes to. */
export interface Received {
  /** What the device printed, maybe nothing. */
  data: Uint8Array
  /** Answers that must be sent. */
  replies: Buffer[]
  /** Answers a far end may miss when it takes nothing from us anyway (it asks whether we live). */
  courtesies: Buffer[]
}

/** Courtesies for one chunk. A far end asks once or twice; who asks 30,000 times in 64 KiB wants our time, not an answer. */
const mostCourtesies = 64

type Found = Omit<Received, 'data'> & { data: Uint8Array[] }
const nothing = new Uint8Array(0)

/**
 * The client's end of a telnet connection to a serial port: RFC 854 with BINARY and SUPPRESS-GO-AHEAD, and RFC 2217. Pure: bytes in,
 * bytes out. Whether CR is followed by NUL is decided per direction by BINARY as it was negotiated, from the byte after
 * that negotiation on; without any, RFC 854's rules hold.
 */
export class TelnetSession {
  readonly #decoder = new TelnetDecoder()
  readonly #newlines = new NewlineReader()
  readonly #options = new TelnetOptions()
  readonly #comPort: ComPort | undefined
  #spoken = false
  #overlong = false

  constructor(serial: SerialSettings | undefined) {
    this.#comPort = serial && new ComPort(serial)
  }

  /** Bytes to send first. */
  start(): Buffer {
    return Buffer.concat([
      this.#options.ask('ours', option.binary),
      this.#options.ask('theirs', option.binary),
      this.#options.ask('theirs', option.suppressGoAhead),
      ...(this.#comPort ? [this.#options.ask('ours', option.comPort)] : []),
    ])
  }

  receive(chunk: Uint8Array): Received {
    const found: Found = { data: [], replies: [], courtesies: [] }
    for (const token of this.#decoder.decode(chunk)) this.#take(token, found)
    const [only = nothing] = found.data
    return { ...found, data: found.data.length > 1 ? Buffer.concat(found.data) : only }
  }

  encode(bytes: Uint8Array): Uint8Array {
    return encodeData(bytes, this.#options.isOn('ours', option.binary))
  }

  /** Whether all we asked for has been answered. */
  get isSettled(): boolean {
    return !this.#options.isWaiting && !(this.#hasComPort && this.#comPort?.isWaiting)
  }

  /** How the line differs from what was asked, as far as the far end has answered; `undefined` when it offers no RFC 2217. */
  get refusedSettings(): SettingRefused[] | undefined {
    return this.#hasComPort ? (this.#comPort?.refused ?? []) : undefined
  }

  /** What about the far end makes the connection useless, if anything. */
  get fault(): string | undefined {
    if (this.#overlong) return 'It sent a telnet subnegotiation without end.'
    if (this.#options.runsWild) return 'It keeps switching telnet options on and off.'
    return undefined
  }

  /** The bytes that begin and end a BREAK, `undefined` while the far end has shown no knowledge of telnet. */
  get breakBytes(): { begin: Buffer; end: Buffer | undefined } | undefined {
    if (this.#hasComPort) return { begin: breakOn, end: breakOff }
    return this.#spoken ? { begin: Buffer.from([iac, command.brk]), end: undefined } : undefined
  }

  get #hasComPort(): boolean {
    return this.#options.isOn('ours', option.comPort)
  }

  #take(token: TelnetToken, found: Found): void {
    if (token.kind === 'data') {
      const bytes = this.#newlines.read(token.bytes, this.#options.isOn('theirs', option.binary))
      if (bytes.length > 0) found.data.push(bytes)
      return
    }
    this.#spoken = true
    if (token.kind === 'negotiation') this.#negotiate(token.verb, token.option, found)
    else if (token.kind === 'subnegotiation') this.#subnegotiate(token.option, token.bytes)
    else if (token.kind === 'overlong') this.#overlong = true
    // "Visible evidence" that we are here (RFC 854) would be typed into the device; NOP shows it as well.
    else if (token.code === command.ayt) oblige(found, Buffer.from([iac, command.nop]))
  }

  #negotiate(verb: 'will' | 'wont' | 'do' | 'dont', about: number, found: Found): void {
    // RFC 860: no state, an answer each time. Terminal servers ask it to see whether we live.
    if (about === option.timingMark) {
      if (verb === 'do') oblige(found, negotiation('will', about))
      return
    }
    const hadComPort = this.#hasComPort
    const reply = this.#options.receive(verb, about)
    if (reply.length > 0) found.replies.push(reply)
    if (!hadComPort && this.#hasComPort && this.#comPort) found.replies.push(this.#comPort.request)
  }

  #subnegotiate(about: number, bytes: Uint8Array): void {
    if (about === option.comPort) this.#comPort?.receive(bytes)
  }
}

function oblige({ courtesies }: Found, answer: Buffer): void {
  if (courtesies.length < mostCourtesies) courtesies.push(answer)
}
