import type { Clock, Timer } from '../../server/base/clock.ts'

/** A clock that stands still until a test moves it. Wall time and monotonic time go together, until the wall clock is set. */
export class FakeClock implements Clock {
  #now: number
  #set = 0
  #due: { at: number; run: () => void; every: number | undefined }[] = []

  constructor(start = Date.UTC(2030, 0, 1)) {
    this.#now = start
  }

  now(): number {
    return this.#now + this.#set
  }

  monotonic(): number {
    return this.#now
  }

  after(ms: number, run: () => void): Timer {
    return this.#add({ at: this.#now + ms, run, every: undefined })
  }

  every(ms: number, run: () => void): Timer {
    return this.#add({ at: this.#now + ms, run, every: ms })
  }

  /** Somebody sets the wall clock, forward or back; or, forward, the machine slept: no timer runs. */
  setWall(by: number): void {
    this.#set += by
  }

  /** Moves on, running what falls due in its order, each at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.at
      if (next.every === undefined) this.#remove(next)
      else next.at += next.every
      next.run()
    }
    this.#now = end
  }

  /** How many timers run: none may be left when their owner is closed. */
  get timers(): number {
    return this.#due.length
  }

  #next(end: number) {
    return this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }

  #add(timer: { at: number; run: () => void; every: number | undefined }): Timer {
    this.#due.push(timer)
    return { cancel: () => this.#remove(timer) }
  }

  #remove(timer: object): void {
    this.#due = this.#due.filter((other) => other !== timer)
  }
}
