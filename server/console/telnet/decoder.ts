import { command, iac, type Verb } from './codes.ts'

/** One thing found in a telnet stream. `data` may still hold NUL after CR (NewlineReader). */
export type TelnetToken =
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'negotiation'; verb: Verb; option: number }
  | { kind: 'subnegotiation'; option: number; bytes: Uint8Array }
  | { kind: 'command'; code: number }
  | { kind: 'overlong' }

const verbs = new Map<number, Verb>([
  [command.will, 'will'],
  [command.wont, 'wont'],
  [command.do, 'do'],
  [command.dont, 'dont'],
])

/** Options we know need 5 bytes; a subnegotiation that never ends would swallow everything the device prints. */
const subnegotiationLimit = 4096
const dataFF = Uint8Array.of(iac)

/** Takes a telnet stream apart (RFC 854, RFC 855), in chunks cut anywhere. Data is passed on without a copy. */
export class TelnetDecoder {
  #state: 'data' | 'iac' | 'sub' | 'sub-iac' | Verb = 'data'
  #sub: number[] = []

  decode(chunk: Uint8Array): Iterable<TelnetToken> {
    return this.#tokens(chunk)
  }

  *#tokens(chunk: Uint8Array): Generator<TelnetToken> {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'data') {
        const end = endOfData(chunk, at)
        if (end > at) yield { kind: 'data', bytes: chunk.subarray(at, end) }
        if (end < chunk.length) this.#state = 'iac'
        at = end + 1
      } else {
        const token = this.#step(chunk[at] ?? 0)
        at += 1
        if (token !== undefined) yield token
      }
    }
  }

  #step(byte: number): TelnetToken | undefined {
    switch (this.#state) {
      case 'iac':
        return this.#command(byte)
      case 'sub':
        if (byte === iac) this.#state = 'sub-iac'
        else return this.#keep(byte)
        return
      case 'sub-iac':
        return this.#inSubnegotiation(byte)
      case 'data':
        return
      default: {
        const verb = this.#state
        this.#state = 'data'
        return { kind: 'negotiation', verb, option: byte }
      }
    }
  }

  #command(byte: number): TelnetToken | undefined {
    const verb = verbs.get(byte)
    if (verb !== undefined) {
      this.#state = verb
      return
    }
    if (byte === command.sb) {
      this.#sub = []
      this.#state = 'sub'
      return
    }
    this.#state = 'data'
    return byte === iac ? { kind: 'data', bytes: dataFF } : { kind: 'command', code: byte }
  }

  #inSubnegotiation(byte: number): TelnetToken | undefined {
    if (byte === iac) {
      this.#state = 'sub'
      return this.#keep(byte)
    }
    const [option, ...bytes] = this.#sub
    this.#sub = []
    // Anything but SE here breaks RFC 855; the subnegotiation ends there, and the command counts.
    if (byte !== command.se) return this.#command(byte)
    this.#state = 'data'
    return option === undefined
      ? undefined
      : { kind: 'subnegotiation', option, bytes: Uint8Array.from(bytes) }
  }

  #keep(byte: number): TelnetToken | undefined {
    this.#sub.push(byte)
    return this.#sub.length > subnegotiationLimit ? { kind: 'overlong' } : undefined
  }
}

function endOfData(chunk: Uint8Array, from: number): number {
  const end = chunk.indexOf(iac, from)
  return end < 0 ? chunk.length : end
}
