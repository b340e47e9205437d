import type { Clock, Timer } from '../../base/clock.ts'
import { KeptDrawings } from './kept-drawings.ts'

/** Screens that nobody needs now and may need soon: of consoles just left, or that ask the terminal something now and then. */
const most = 64
const keepMs = 5 * 60_000

/** A screen that is held, and what lets go of it. */
export interface Held {
  /** Somebody is attached, or waits for it. */
  readonly needed: boolean
  release(): void
}

/** Which screens of all consoles are held. One that is let go of is drawn anew from history when it is needed again. */
export class KeptScreens {
  readonly drawings = new KeptDrawings()
  readonly #clock: Clock
  /** By when they were last of use, the oldest first. */
  readonly #held = new Map<Held, number>()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#held.size
  }

  /** It is held, and of use now. */
  touch(screen: Held): void {
    this.#held.delete(screen)
    this.#held.set(screen, this.#clock.monotonic())
    this.#sweep()
  }

  forget(screen: Held): void {
    this.#held.delete(screen)
  }

  close(): void {
    this.#timer?.cancel()
    this.#held.clear()
    this.drawings.clear()
  }

  #sweep(): void {
    this.#timer?.cancel()
    const now = this.#clock.monotonic()
    const spare = [...this.#held].filter(([screen]) => !screen.needed)
    for (const [index, [screen, at]] of spare.entries()) {
      if (now - at < keepMs && spare.length - index <= most) break
      this.#held.delete(screen)
      screen.release()
    }
    if (this.#held.size > 0) this.#timer = this.#clock.after(keepMs / 5, () => this.#sweep())
  }
}
