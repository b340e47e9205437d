import type { Clock } from '../../base/clock.ts'
import type { Drawing } from './screen.ts'

/** Bytes go on from wherever a drawing ends: one that is no older serves the next newcomer as well. */
const freshMs = 250

type Wanted = Promise<Drawing | undefined>

/**
 * The drawings of one screen. However many ask, one is made at a time: a large and colourful screen takes 0.1 s of the thread that keeps
 * those of all consoles.
 */
export class Drawings {
  readonly #clock: Clock
  readonly #make: () => Wanted
  #newest: { at: number; of: Wanted; done: boolean } | undefined
  /** Made after the one that is being made, for all who want it anew meanwhile. */
  #next: Wanted | undefined

  constructor(clock: Clock, make: () => Wanted) {
    this.#clock = clock
    this.#make = make
  }

  /** `anew`: as the screen is now, for who wants to miss what comes before. */
  draw({ anew }: { anew: boolean }): Wanted {
    const newest = this.#newest
    if (newest === undefined) return this.#draw()
    const serves = !newest.done || this.#clock.monotonic() - newest.at <= freshMs
    if (!anew && serves) return newest.of
    if (newest.done) return this.#draw()
    this.#next ??= newest.of.then(() => this.#draw())
    return this.#next
  }

  /** The screen has another size, or is let go of. */
  forget(): void {
    this.#newest = undefined
  }

  #draw(): Wanted {
    this.#next = undefined
    const drawing = { at: this.#clock.monotonic(), of: this.#make(), done: false }
    this.#newest = drawing
    drawing.of.then(() => {
      drawing.done = true
    })
    return drawing.of
  }
}
