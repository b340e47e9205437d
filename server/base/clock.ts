/** Time and timers, so that tests can hold both. Wall time is milliseconds since the epoch; monotonic time has no epoch. */
export interface Clock {
  now(): number
  monotonic(): number
  /** Runs once after `ms`. The timer does not keep the process alive. */
  after(ms: number, run: () => void): Timer
  /** Runs each `ms` until cancelled. The timer does not keep the process alive. */
  every(ms: number, run: () => void): Timer
}

export interface Timer {
  cancel(): void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
  every(ms, run) {
    const timer = setInterval(run, ms)
    timer.unref()
    return { cancel: () => clearInterval(timer) }
  },
}
