import type { Clock, Timer } from '../base/clock.ts'
import type { History } from './history/history.ts'
import type { Link } from './transport.ts'
import type { Turns } from './turns.ts'

/** A disk that takes longer than this is no reason to keep a device waiting: history then tells a gap. */
const patienceMs = 1000

export interface ThrottleOptions {
  deviceId: string
  turns: Turns
  clock: Clock
  link(): Link | undefined
  history(): Pick<History, 'crowded' | 'relieved'> | undefined
}

/**
 * Lets a device that floods wait, where it can: for other consoles' turn, and for the disk while it works. Never for a viewer.
 * A serial line at any speed is far too slow to be kept waiting.
 */
export class Throttle {
  readonly #options: ThrottleOptions
  #paused: Link | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(options: ThrottleOptions) {
    this.#options = options
  }

  /** So many bytes came in or went out in this moment. */
  count(bytes: number): void {
    const { turns } = this.#options
    const enough = !turns.spend(bytes)
    if (this.#paused !== undefined || this.#closed) return
    if (enough || this.#options.history()?.crowded === true) this.#pause()
  }

  /** The disk has taken something. */
  look(): void {
    if (this.#timer !== undefined && this.#options.history()?.relieved !== false) this.#resume()
  }

  close(): void {
    this.#closed = true
    this.#cancel()
  }

  #pause(): void {
    const link = this.#options.link()
    if (link?.pause === undefined) return
    link.pause()
    this.#paused = link
    this.#options.turns.afterTurn(this.#options.deviceId, () => {
      if (this.#closed || this.#options.history()?.crowded !== true) this.#resume()
      else this.#timer = this.#options.clock.after(patienceMs, () => this.#resume())
    })
  }

  #cancel(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #resume(): void {
    this.#cancel()
    const link = this.#paused
    this.#paused = undefined
    // One that was let go of meanwhile has been told to go on by then.
    if (link !== undefined && link === this.#options.link()) link.resume?.()
  }
}
