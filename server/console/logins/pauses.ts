import type { Clock, Timer } from '../../base/clock.ts'

/** Something that printed and may have paused since. */
export interface Pausing {
  /** Counts what was printed. */
  readonly chunks: number
  /** Nothing has been printed for `quietMs`. */
  paused(): void
}

export interface PauseWatch {
  /** It printed: it is told of its next pause, once. */
  printed(): void
  /** It wants to be told of none. */
  drop(): void
}

/** How long a device must have paused before what it printed last may be a prompt. Longer than between the packets of a slow line. */
const quietMs = 150
const lookMs = 50
const quietLooks = quietMs / lookMs

interface Watched {
  pausing: Pausing
  chunks: number
  looks: number
}

/**
 * Tells who printed when they have paused. One timer for all consoles, and nothing kept for each time one prints: a timer each was a third
 * of what a thousand of them had the garbage collector carry along.
 */
export class Pauses {
  readonly #clock: Clock
  readonly #watched = new Set<Watched>()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  watch(pausing: Pausing): PauseWatch {
    const watched: Watched = { pausing, chunks: 0, looks: 0 }
    return {
      printed: () => {
        if (this.#watched.has(watched)) return
        watched.looks = 0
        this.#watched.add(watched)
        this.#timer ??= this.#clock.every(lookMs, () => this.#look())
      },
      drop: () => {
        this.#watched.delete(watched)
        this.#stopWhenIdle()
      },
    }
  }

  #look(): void {
    for (const watched of this.#watched) {
      const { pausing, chunks } = watched
      watched.looks = pausing.chunks === chunks ? watched.looks + 1 : 0
      watched.chunks = pausing.chunks
      if (watched.looks < quietLooks) continue
      this.#watched.delete(watched)
      pausing.paused()
    }
    this.#stopWhenIdle()
  }

  #stopWhenIdle(): void {
    if (this.#watched.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
