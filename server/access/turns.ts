import { AppError } from '../base/errors.ts'

/** `usual`: people at a place where they have signed in before. They go first, so that a flood of strangers cannot keep them out. */
export type Lane = 'usual' | 'strange'

export interface TurnLimits {
  /** How many run at the same time. */
  atOnce: number
  /** How many may wait in each lane. */
  waiting: number
}

/** Lets a few pieces of heavy work run at a time and a few more wait. */
export class Turns {
  readonly #limits: TurnLimits
  readonly #waiting: Record<Lane, (() => void)[]> = { usual: [], strange: [] }
  #running = 0

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** @throws AppError `try-later` at once when too many wait already. */
  async run<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.atOnce) await this.#wait(lane)
    else this.#running += 1
    try {
      return await work()
    } finally {
      this.#next()
    }
  }

  #wait(lane: Lane): Promise<void> {
    const line = this.#waiting[lane]
    if (line.length >= this.#limits.waiting) {
      const message = 'Very many people are signing in right now. Try again in a few seconds.'
      throw new AppError('try-later', message, { retryAfter: 5 })
    }
    return new Promise((resolve) => line.push(resolve))
  }

  /** Hands the turn on, or gives it back when nobody waits. */
  #next(): void {
    const next = this.#waiting.usual.shift() ?? this.#waiting.strange.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}
