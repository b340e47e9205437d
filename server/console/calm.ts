import type { Clock, Timer } from '../base/clock.ts'

/** A flood is over when nothing came in this time: what networks and kernels held back comes without such a pause. */
const pauseMs = 20
/** A device that goes on regardless is waited for no longer; who wanted its end asks again. */
const patienceMs = 120

/** Waits for the end of a flood that somebody has just interrupted, so that what is drawn then is the prompt. */
export class Calm {
  readonly #clock: Clock
  readonly #waiting = new Map<() => void, Timer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when `end`, the position after what was printed, has rested; soon in any case. */
  wait(end: () => number): Promise<void> {
    const until = this.#clock.monotonic() + patienceMs
    return new Promise((resolve) => {
      const look = (before: number): void => {
        const now = end()
        if (now === before || this.#clock.monotonic() >= until) {
          this.#waiting.delete(resolve)
          resolve()
        } else
          this.#waiting.set(
            resolve,
            this.#clock.after(pauseMs, () => look(now)),
          )
      }
      look(-1)
    })
  }

  close(): void {
    for (const [resolve, timer] of this.#waiting) {
      timer.cancel()
      resolve()
    }
    this.#waiting.clear()
  }
}
