import type { Clock } from '../../base/clock.ts'
import { type Moment, momentOf, passedBetween } from '../../base/moments.ts'

/** The wall clock must have kept step for so long before anything is deleted by its word. */
const provenMs = 24 * 60 * 60 * 1000
/** More than clocks are slewed by in a day, less than a wrong zone or a dead battery makes. */
const jumpMs = 30 * 60 * 1000

/** Says whether the wall clock can be believed: machines start with an empty battery in 1970 or 2099, until somebody sets them right. */
export class SteadyClock {
  readonly #clock: Clock
  #since: Moment

  constructor(clock: Clock) {
    this.#clock = clock
    this.#since = momentOf(clock)
  }

  /** Whether it has gone on evenly for a day. */
  get proven(): boolean {
    const now = momentOf(this.#clock)
    const passed = passedBetween(this.#since, now)
    if (Math.abs(passed.wall - passed.steady) > jumpMs) this.#since = now
    return now.steady - this.#since.steady >= provenMs
  }
}
