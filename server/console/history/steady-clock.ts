import type { Clock } from '../../base/clock.ts'

/** The wall clock must have kept step for so long before anything is deleted by its word. */
const provenMs = 24 * 60 * 60 * 1000
/** More than clocks are slewed by in a day, less than a wrong zone or a dead battery makes. */
const jumpMs = 30 * 60 * 1000

/** Says whether the wall clock can be believed: machines start with an empty battery in 1970 or 2099, until somebody sets them right. */
export class SteadyClock {
  readonly #clock: Clock
  #since: number
  #apart: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = clock.monotonic()
    this.#apart = clock.now() - clock.monotonic()
  }

  /** Whether it has gone on evenly for a day. */
  get proven(): boolean {
    const now = this.#clock.monotonic()
    const apart = this.#clock.now() - now
    if (Math.abs(apart - this.#apart) > jumpMs) {
      this.#since = now
      this.#apart = apart
    }
    return now - this.#since >= provenMs
  }
}
