import type { Clock, Timer } from '../base/clock.ts'
import { limits } from '../contract/limits.ts'

/** Bytes of one viewer before the next one's turn. */
const shareBytes = limits.fastFrameBytes
/** Bytes handed to viewers that catch up before the event loop gets its turn: more than a flood brings in a turn, or none would. */
const turnBytes = 2 * shareBytes
/** Bytes that come in and go out the moment they arrive, all consoles together, before their links have to wait for a turn. */
const liveBytes = 256 * 1024
/** What a turn without bytes counts as, so that turns end. */
const leastBytes = 1024
/**
 * Somebody who typed within the first of these times is waiting for an echo. What floods rests meanwhile for the second after each turn:
 * a key is handled by us twice and by the device in between, and each has to wait for a processor that a flood would take all of. A flood
 * on the very console does not, unless viewers that catch up have taken a whole turn: the echo comes behind it.
 */
const typingMs = 1000
const restMs = 2

/** Something that has bytes to hand on. */
export interface Turn {
  /** Hands on about `budget` bytes and returns how many. Asks for another turn by `Turns.add`. Must not throw. */
  serve(budget: number): number
}

/** One per gateway: shares the event loop among floods and viewers that catch up, so that a keystroke elsewhere waits for none of them. */
export class Turns {
  readonly #queue = new Set<Turn>()
  #resting: { run: () => void; deviceId: string }[] = []
  readonly #clock: Clock
  readonly #later: (run: () => void) => void
  #scheduled = false
  #spent = 0
  #lastTyped = { deviceId: '', at: Number.NEGATIVE_INFINITY }
  /** When somebody typed on another console than the last key's. */
  #typedElsewhereAt = Number.NEGATIVE_INFINITY
  readonly #rests = new Set<Timer>()

  /** @param later runs a function in the next turn of the event loop. */
  constructor(clock: Clock, later: (run: () => void) => void = setImmediate) {
    this.#clock = clock
    this.#later = later
  }

  /** Somebody typed on this device's console. */
  typed(deviceId: string): void {
    if (deviceId !== this.#lastTyped.deviceId) this.#typedElsewhereAt = this.#lastTyped.at
    this.#lastTyped = { deviceId, at: this.#clock.monotonic() }
  }

  add(turn: Turn): void {
    this.#queue.add(turn)
    this.#schedule()
  }

  remove(turn: Turn): void {
    this.#queue.delete(turn)
  }

  /** Counts bytes that came in or went out at once. Returns false when that was enough for this turn. */
  spend(bytes: number): boolean {
    // Counted over turns, too: a byte now and then must not cost a timer.
    this.#spent += bytes
    return this.#spent < liveBytes
  }

  /** Runs what this device's flood waits for when all others have had their turn, and a moment later while somebody types on another's console. */
  afterTurn(deviceId: string, run: () => void): void {
    this.#resting.push({ run, deviceId })
    this.#schedule()
  }

  /** To be called when no console is left. */
  close(): void {
    for (const rest of this.#rests) rest.cancel()
    this.#rests.clear()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#later(() => this.#run())
  }

  #run(): void {
    this.#spent = 0
    let left = turnBytes
    // A turn that asks for another one goes to the end of the set, and is met again in this loop.
    for (const turn of this.#queue) {
      this.#queue.delete(turn)
      left -= Math.max(leastBytes, turn.serve(Math.min(left, shareBytes)))
      if (left <= 0) break
    }
    for (const { run, deviceId } of this.#resting.splice(0)) {
      const isItsOwn = deviceId === this.#lastTyped.deviceId
      this.#afterRest(isItsOwn ? this.#typedElsewhereAt : this.#lastTyped.at, run)
    }
    // Who has little to hand on does not wait for those who have much.
    if (left <= 0) this.#afterRest(this.#lastTyped.at, () => this.#next())
    else this.#next()
  }

  #next(): void {
    this.#scheduled = false
    if (this.#queue.size > 0 || this.#resting.length > 0) this.#schedule()
  }

  /** Runs at once unless somebody has just typed. */
  #afterRest(typedAt: number, run: () => void): void {
    if (this.#clock.monotonic() - typedAt >= typingMs) {
      run()
      return
    }
    const rest = this.#clock.after(restMs, () => {
      this.#rests.delete(rest)
      run()
    })
    this.#rests.add(rest)
  }
}
