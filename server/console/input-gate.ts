import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import { limits } from '../contract/limits.ts'
import type { Link } from './transport.ts'

/** Bytes that may wait in a link whose far end takes no more: a paste's worth. What is not queued cannot surprise later. */
const mostWaiting = 64 * 1024

/** How much one viewer may type: a bucket that fills at a rate and holds a second's worth, or a whole frame. */
export class InputRate {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #most: number
  #tokens: number
  #at: number

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock
    this.#perSecond = perSecond
    this.#most = Math.max(perSecond, limits.inputFrameBytes)
    this.#tokens = this.#most
    this.#at = clock.monotonic()
  }

  /** Throws AppError `input-rate` when so many bytes are too many now; then none of them counts. */
  take(bytes: number): void {
    const now = this.#clock.monotonic()
    this.#tokens = Math.min(this.#most, this.#tokens + ((now - this.#at) * this.#perSecond) / 1000)
    this.#at = now
    if (bytes > this.#tokens) {
      throw new AppError(
        'input-rate',
        `You type faster than ${this.#perSecond} bytes per second: ${bytes} bytes were not sent. Send them again more slowly.`,
      )
    }
    this.#tokens -= bytes
  }
}

/** Writes to a link and counts what it has not passed on, so that a stuck device is not typed at without end. */
export class LinkInput {
  #link: Link | undefined
  #waiting = 0

  /** Throws AppError `input-rate` when the link has taken no more for too long; then nothing was written. */
  write(link: Link, bytes: Uint8Array): void {
    if (this.#link !== link) {
      this.#link = link
      this.#waiting = 0
    }
    if (this.#waiting > 0 && this.#waiting + bytes.length > mostWaiting) {
      throw new AppError(
        'input-rate',
        `The device takes nothing more for now: ${bytes.length} bytes were not sent. Wait until it has taken what was typed before.`,
      )
    }
    const enough = !link.write(bytes)
    if (this.#waiting > 0) this.#waiting += bytes.length
    else if (enough) this.#wait(link, bytes.length)
  }

  async #wait(link: Link, bytes: number): Promise<void> {
    this.#waiting = bytes
    await link.drained()
    if (this.#link === link) this.#waiting = 0
  }
}
