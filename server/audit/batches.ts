import { setTimeout as delay } from 'node:timers/promises'

/** An entry takes a fraction of a millisecond; the event loop is not held for longer than a transaction costs anyway. */
const mostAtOnce = 64
/** What comes after a batch of several gathers for so many times as long as it took, so that consoles have most of the event loop. */
const restPerWork = 4

/** Writes all of them or, rejecting, none. */
export type Write<T> = (items: T[]) => Promise<void>

interface Waiting<T> {
  item: T
  done: PromiseWithResolvers<void>
}

/**
 * What arrives in one turn of the event loop, or soon after a batch, is written together, in the order of arrival: a transaction for
 * each of a thousand lines that come up at once held up everything else for seconds.
 */
export class Batches<T> {
  readonly #write: Write<T>
  readonly #waiting: Waiting<T>[] = []
  #scheduled = false

  constructor(write: Write<T>) {
    this.#write = write
  }

  /** Resolves when the item is written, rejects when it could not be. */
  add(item: T): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#waiting.push({ item, done })
    this.#schedule()
    return done.promise
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(async () => {
      const began = performance.now()
      const batch = this.#waiting.splice(0, mostAtOnce)
      await this.#writeAll(batch)
      if (batch.length > 1) await delay((performance.now() - began) * restPerWork)
      this.#scheduled = false
      this.#schedule()
    })
  }

  async #writeAll(batch: Waiting<T>[]): Promise<void> {
    try {
      await this.#write(batch.map(({ item }) => item))
      for (const { done } of batch) done.resolve()
    } catch (error) {
      const [first] = batch
      if (batch.length === 1) first?.done.reject(error)
      // One that cannot be written must not take the others with it.
      else for (const each of batch) await this.#writeAll([each])
    }
  }
}
