const iac = 0xff
const se = 0xf0
const brk = 0xf3
const sb = 0xfa
const will = 0xfb
const wont = 0xfc
const doIt = 0xfd
const dont = 0xfe
const binary = 0

type State = 'data' | 'command' | 'option' | 'sub' | 'subCommand'

export interface TelnetPeerEvents {
  data: (bytes: Buffer) => void
  break: () => void
  reply: (bytes: Buffer) => void
}

/** A server's end of one telnet connection (RFC 854, BINARY of RFC 856 both ways, every other option refused). */
export class TelnetPeer {
  static readonly greeting = Buffer.from([iac, will, binary, iac, doIt, binary])

  readonly #events: TelnetPeerEvents
  #state: State = 'data'
  #verb = 0

  constructor(events: TelnetPeerEvents) {
    this.#events = events
  }

  /** A data byte 255 is doubled on the wire. */
  static encode(bytes: Buffer): Buffer {
    if (!bytes.includes(iac)) return bytes
    return Buffer.from([...bytes].flatMap((byte) => (byte === iac ? [iac, iac] : [byte])))
  }

  receive(bytes: Buffer): void {
    const data: number[] = []
    for (const byte of bytes) this.#step(byte, data)
    if (data.length > 0) this.#events.data(Buffer.from(data))
  }

  #step(byte: number, data: number[]): void {
    const state = this.#state
    if (state === 'data') {
      if (byte === iac) this.#state = 'command'
      else data.push(byte)
    } else if (state === 'command') this.#command(byte, data)
    else if (state === 'option') this.#option(byte)
    else if (state === 'sub') this.#state = byte === iac ? 'subCommand' : 'sub'
    else this.#state = byte === se ? 'data' : 'sub'
  }

  #command(byte: number, data: number[]): void {
    this.#state = 'data'
    if (byte === iac) data.push(iac)
    else if (byte === sb) this.#state = 'sub'
    else if (byte >= will && byte <= dont) {
      this.#verb = byte
      this.#state = 'option'
    } else if (byte === brk) {
      // What was typed before the break reaches the machine before it.
      if (data.length > 0) this.#events.data(Buffer.from(data.splice(0)))
      this.#events.break()
    }
  }

  #option(option: number): void {
    this.#state = 'data'
    if (option === binary) return
    if (this.#verb === doIt) this.#events.reply(Buffer.from([iac, wont, option]))
    if (this.#verb === will) this.#events.reply(Buffer.from([iac, dont, option]))
  }
}
