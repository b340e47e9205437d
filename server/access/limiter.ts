import { createHash } from 'node:crypto'
import { type Backoff, delayAfter } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import { placeOf } from './address.ts'
import { Counters } from './counters.ts'
import type { Lane } from './turns.ts'

const hour = 3_600_000

/** After `free` failures each further one makes the next attempt wait longer. Forgotten after `goodAfter` without a failure. */
type Limit = Backoff & { free: number }

/** A person who forgot a password notices nothing of the first five; 12 guesses an hour remain at last. */
const perPair: Limit = { free: 5, first: 1000, most: 300_000, goodAfter: hour }
/** Many people may share an address; somebody who tries many accounts is slowed as above. */
const perPlace: Limit = { free: 20, first: 1000, most: 300_000, goodAfter: hour }
/** Against guessing from very many addresses: 60 guesses an hour remain, which is nothing against 12 characters. */
const perAccount: Limit = { free: 50, first: 1000, most: 60_000, goodAfter: hour }

/** More failures than two argon2 at a time can produce in the hour until they are forgotten: none is crowded out. About 20 MB. */
const mostCounters = 40_000
const mostUsual = 10_000
const usualFor = 30 * 24 * hour

/** One attempt, counted as a failure from the start: a hundred at the same moment are a hundred. */
export interface Attempt {
  /**
   * Tries the password. What `work` gives is a success; undefined is a failure and stays counted; when it throws, the password
   * was not looked at and nothing is counted.
   */
  settle<T>(work: (lane: Lane) => Promise<T | undefined>): Promise<T | undefined>
}

/**
 * Slows guessing down. Counts failures per account at one place, per place, and per account over all places; a place is an IPv4
 * address or an IPv6 /64. Where somebody has signed in to the account within 30 days is its usual place, and there only the first
 * count rules: nobody elsewhere can lock a person out, nor can a colleague behind the same address by failing with other accounts.
 * Attempts that were refused do not count, so waiting always ends. Keys are hashed: what people type as e-mail may be a password.
 */
export class SignInLimiter {
  readonly #pairs: Counters
  readonly #places: Counters
  readonly #accounts: Counters
  readonly #usual: Counters

  constructor(clock: Clock) {
    this.#pairs = new Counters(clock, { most: mostCounters, forgetAfter: perPair.goodAfter })
    this.#places = new Counters(clock, { most: mostCounters, forgetAfter: perPlace.goodAfter })
    this.#accounts = new Counters(clock, { most: mostCounters, forgetAfter: perAccount.goodAfter })
    this.#usual = new Counters(clock, { most: mostUsual, forgetAfter: usualFor })
  }

  /** @throws AppError `try-later` with `retryAfter`. */
  admit(email: string, address: string | null): Attempt {
    const place = placeOf(address)
    const keys = { pair: digest(email, place), place: digest(place), account: digest(email) }
    const usual = this.#usual.get(keys.pair).count > 0
    const waits = [remaining(this.#pairs, keys.pair, perPair)]
    if (!usual)
      waits.push(
        remaining(this.#places, keys.place, perPlace),
        remaining(this.#accounts, keys.account, perAccount),
      )
    const wait = Math.max(...waits)
    if (wait > 0) throw tooMany(wait)

    const counted = [
      this.#pairs.charge(keys.pair),
      this.#places.charge(keys.place),
      this.#accounts.charge(keys.account),
    ]
    const takeBack = (): void => {
      for (const refund of counted) refund()
    }
    return {
      settle: async (work) => {
        const result = await work(usual ? 'usual' : 'strange').catch((error: unknown) => {
          takeBack()
          throw error
        })
        if (result === undefined) return undefined
        takeBack()
        this.#pairs.clear(keys.pair)
        this.#usual.charge(keys.pair)
        return result
      },
    }
  }

  /** This account has been signed in to from there. */
  remember(email: string, address: string | null): void {
    this.#usual.charge(digest(email, placeOf(address)))
  }
}

function remaining(counters: Counters, key: string, limit: Limit): number {
  const { count, age } = counters.get(key)
  return count <= limit.free ? 0 : delayAfter(limit, count - limit.free, 0) - age
}

function tooMany(wait: number): AppError {
  const seconds = Math.ceil(wait / 1000)
  const message = `Too many sign-ins have failed. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`
  return new AppError('try-later', message, { retryAfter: seconds })
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64').slice(0, 22)
}
