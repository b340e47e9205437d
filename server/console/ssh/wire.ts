import { connect, type Socket } from 'node:net'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Cause } from '../../contract/line.ts'
import { notSsh } from './failure.ts'
import { Hello } from './hello.ts'

/** All of a real login is below 20 kB, most of it keys and a banner. */
const loginLimit = 256 * 1024
/** The far end lets us send what its window holds (2 MB for OpenSSH) before it must read. Beyond, it asks but does not listen. */
const unsentLimit = 8 * 1024 * 1024
/** The far end is pinged each 7 s, so a live one is never silent for longer; three lost pings in a row are no accident. */
export const pingEveryMs = 7000
const silenceLimitMs = 24_000
const lookEveryMs = 4000

export interface WireOptions {
  address: string
  port: number
  target: string
  clock: Clock
  /** Something is wrong that the protocol does not see; comes at most once. The owner closes. */
  fault(cause: Cause): void
}

/** The TCP connection under SSH: bounded where the far end could make it grow, and watched for a peer that is gone. */
export class Wire {
  readonly socket: Socket
  readonly hello = new Hello()
  readonly closed: Promise<void>
  readonly #options: WireOptions
  #received = 0
  #heardAt = 0
  #watch: Timer | undefined
  #faulted = false

  constructor(options: WireOptions) {
    this.#options = options
    this.socket = connect({ host: options.address, port: options.port, noDelay: true })
    this.socket.on('data', (bytes) => this.#heard(bytes))
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        this.#watch?.cancel()
        resolve()
      })
    })
  }

  /** From now on the far end may send without bound, and must not fall silent. */
  loggedIn(): void {
    const { clock, target } = this.#options
    this.#heardAt = clock.monotonic()
    this.#watch = clock.every(lookEveryMs, () => {
      if (clock.monotonic() - this.#heardAt < silenceLimitMs) return
      this.#fault({
        code: 'no-answer',
        message: `${target} has not answered for ${silenceLimitMs / 1000} s. Its network or the path to it may be down.`,
      })
    })
  }

  #heard(bytes: Buffer): void {
    const { target } = this.#options
    this.#heardAt = this.#options.clock.monotonic()
    if (this.#watch === undefined) {
      this.#received += bytes.length
      this.hello.feed(bytes)
      if (this.hello.babbles) this.#fault(notSsh(target))
      else if (this.#received > loginLimit) this.#fault(tooMuch(target))
    }
    if (this.socket.writableLength > unsentLimit) this.#fault(deaf(target))
  }

  #fault(cause: Cause): void {
    if (this.#faulted) return
    this.#faulted = true
    this.#options.fault(cause)
  }
}

const tooMuch = (target: string): Cause => ({
  code: 'protocol',
  message: `${target} sent more than ${loginLimit / 1024} kB before the login was complete, which no SSH server needs to.`,
})

const deaf = (target: string): Cause => ({
  code: 'protocol',
  message: `${target} keeps asking but does not read the answers.`,
})
