import { placeOf } from '../access/address.ts'
import { Counters } from '../access/counters.ts'
import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'

/** cloud-init asks for four documents, each up to eleven times; iPXE and others on top of that. */
const mostVisits = 300
/** Nobody guesses 160 bits; this bounds what it costs us that somebody tries. */
const mostWrong = 60
const forgetAfter = 10 * 60_000
const mostCounters = 10_000

/** Bounds how often an address is asked for, and how often wrong ones are tried from one place. */
export class Visits {
  readonly #good: Counters
  readonly #wrong: Counters
  readonly #told: Counters

  constructor(clock: Clock) {
    this.#good = new Counters(clock, { most: mostCounters, forgetAfter })
    this.#wrong = new Counters(clock, { most: mostCounters, forgetAfter })
    this.#told = new Counters(clock, { most: mostCounters, forgetAfter: 14 * 24 * 3_600_000 })
  }

  /** Whether this is the first visit from there to that provisioning, of the lately made ones: each is told once. */
  isNew(provisionId: string, address: string): boolean {
    const key = `${provisionId} ${placeOf(address)}`
    const { count } = this.#told.get(key)
    if (count === 0) this.#told.charge(key)
    return count === 0
  }

  /** @throws AppError `try-later` */
  count(provisionId: string): void {
    charge(this.#good, provisionId, mostVisits)
  }

  /** @throws AppError `try-later` */
  countWrong(address: string): void {
    charge(this.#wrong, placeOf(address), mostWrong)
  }
}

function charge(counters: Counters, key: string, most: number): void {
  const { count, age } = counters.get(key)
  if (count < most) return void counters.charge(key)
  const seconds = Math.max(1, Math.ceil((forgetAfter - age) / 1000))
  throw new AppError('try-later', `This was asked for too often. Wait ${seconds} seconds.`, {
    retryAfter: seconds,
  })
}
