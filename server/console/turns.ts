/** Bytes handed to viewers before the event loop gets its turn: what a socket takes in a fraction of a millisecond. */
const turnBytes = 256 * 1024
/** Bytes of one viewer before the next one's turn. */
const shareBytes = 64 * 1024
/** Bytes handed on the moment they arrive, all viewers together, before the rest has to wait for a turn. */
const liveBytes = 1024 * 1024
/** What a turn without bytes counts as, so that turns end. */
const leastBytes = 1024

/** Something that has bytes to hand on. */
export interface Turn {
  /** Hands on about `budget` bytes and returns how many. Asks for another turn by `Turns.add`. Must not throw. */
  serve(budget: number): number
}

/** One per gateway: shares the event loop among viewers that catch up, so that a keystroke elsewhere waits for none of them. */
export class Turns {
  readonly #queue = new Set<Turn>()
  readonly #later: (run: () => void) => void
  #scheduled = false
  #spent = 0

  /** @param later runs a function in the next turn of the event loop. */
  constructor(later: (run: () => void) => void = setImmediate) {
    this.#later = later
  }

  add(turn: Turn): void {
    this.#queue.add(turn)
    this.#schedule()
  }

  remove(turn: Turn): void {
    this.#queue.delete(turn)
  }

  /** Whether so many bytes may be handed on in this very moment, without a turn. */
  spend(bytes: number): boolean {
    if (this.#spent > liveBytes) return false
    this.#spent += bytes
    // Only when it is used up does the event loop get its turn: a byte now and then costs no timer.
    if (this.#spent > liveBytes) this.#schedule()
    return true
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#later(() => this.#run())
  }

  #run(): void {
    this.#scheduled = false
    this.#spent = 0
    let left = turnBytes
    // A turn that asks for another one goes to the end of the set, and is met again in this loop.
    for (const turn of this.#queue) {
      this.#queue.delete(turn)
      left -= Math.max(leastBytes, turn.serve(Math.min(left, shareBytes)))
      if (left <= 0) break
    }
    if (this.#queue.size > 0) this.#schedule()
  }
}
