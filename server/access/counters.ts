import type { Clock } from '../base/clock.ts'

/** Counts by key that are forgotten by themselves, in bounded memory: beyond `most` the key longest not charged goes first. */
export class Counters {
  readonly #clock: Clock
  readonly #limits: { most: number; forgetAfter: number }
  /** A charge moves its key to the end, so the order is that of the last charge. */
  readonly #counts = new Map<string, Count>()

  constructor(clock: Clock, limits: { most: number; forgetAfter: number }) {
    this.#clock = clock
    this.#limits = limits
  }

  /** How many charges, and milliseconds since the last one. */
  get(key: string): { count: number; age: number } {
    this.#forget()
    const { count, at } = this.#counts.get(key) ?? { count: 0, at: this.#clock.monotonic() }
    return { count, age: this.#clock.monotonic() - at }
  }

  /** Counts one more. Returns what takes it back, once. */
  charge(key: string): () => void {
    this.#forget()
    const before = this.#counts.get(key)
    const after = { count: (before?.count ?? 0) + 1, at: this.#clock.monotonic() }
    this.#counts.delete(key)
    this.#counts.set(key, after)
    this.#forget()
    let charged = true
    return () => {
      if (charged) this.#refund(key, after, before)
      charged = false
    }
  }

  clear(key: string): void {
    this.#counts.delete(key)
  }

  get size(): number {
    return this.#counts.size
  }

  /** When nothing came since, the time of the last charge is put back too: what did not count must not make anybody wait. */
  #refund(key: string, after: Count, before: Count | undefined): void {
    const now = this.#counts.get(key)
    if (now === undefined) return
    if (now === after && before !== undefined) now.at = before.at
    now.count -= 1
    if (now.count <= 0) this.#counts.delete(key)
  }

  #forget(): void {
    const oldest = this.#clock.monotonic() - this.#limits.forgetAfter
    for (const [key, { at }] of this.#counts) {
      if (at > oldest && this.#counts.size <= this.#limits.most) return
      this.#counts.delete(key)
    }
  }
}

interface Count {
  count: number
  /** Of the last charge, monotonic. */
  at: number
}
