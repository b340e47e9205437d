import type { Clock } from '../../base/clock.ts'

/** A person logs in and out a few times in a row; a device that plays prompts in a circle must not fill the audit. */
const most = 20
const everyMs = 30_000

/** How often a login or logout that was seen on a screen may be recorded. */
export class LoginPace {
  readonly #clock: Clock
  #left = most
  #at: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#at = clock.monotonic()
  }

  take(): boolean {
    const now = this.#clock.monotonic()
    const earned = Math.floor((now - this.#at) / everyMs)
    if (earned > 0) {
      this.#left = Math.min(most, this.#left + earned)
      this.#at += earned * everyMs
    }
    if (this.#left === 0) return false
    this.#left -= 1
    return true
  }
}
