import { expect } from 'vitest'
import { type Clock, systemClock, type Timer } from '../server/base/clock.ts'

export { leakCheck } from './contract/transports/leaks.ts'

/** The system's clock, which knows the timers that run on it, and can be moved on beside them. */
export class CountingClock implements Clock {
  readonly #running = new Set<object>()
  #ahead = 0

  now(): number {
    return systemClock.now() + this.#ahead
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#ahead
  }

  /** As if so much time had passed; no timer runs for it. */
  skip(ms: number): void {
    this.#ahead += ms
  }

  after(ms: number, run: () => void): Timer {
    const mark = {}
    this.#running.add(mark)
    const timer = systemClock.after(ms, () => {
      this.#running.delete(mark)
      run()
    })
    return this.#cancelling(timer, mark)
  }

  every(ms: number, run: () => void): Timer {
    const mark = {}
    this.#running.add(mark)
    return this.#cancelling(systemClock.every(ms, run), mark)
  }

  /** Fails when a timer is left: who started it has been closed. */
  expectNoTimers(): void {
    expect(this.#running.size).toBe(0)
  }

  #cancelling(timer: Timer, mark: object): Timer {
    return {
      cancel: () => {
        this.#running.delete(mark)
        timer.cancel()
      },
    }
  }
}
