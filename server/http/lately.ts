import type { Clock } from '../base/clock.ts'

/** Keys that are remembered; beyond that the oldest is told again sooner. */
const mostKeys = 10_000

/** Tells what happens for the first time in a while from what goes on. */
export class Lately {
  readonly #clock: Clock
  readonly #forMs: number
  /** Key to the time at which it was new; in the order of these times. */
  readonly #seen = new Map<string, number>()

  constructor(clock: Clock, forMs: number) {
    this.#clock = clock
    this.#forMs = forMs
  }

  isFirst(key: string): boolean {
    const now = this.#clock.monotonic()
    const since = this.#seen.get(key)
    if (since !== undefined && now - since < this.#forMs) return false
    this.#seen.delete(key)
    this.#seen.set(key, now)
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= mostKeys) break
      this.#seen.delete(oldest)
    }
    return true
  }
}
