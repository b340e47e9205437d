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
  /** It is to be told of its next pause, and is in the list. */
  waits: boolean
  listed: boolean
}

/**
 * Tells who printed when they have paused. One timer for all consoles, and nothing kept for each time one prints: a timer each was a third
 * of what a thousand of them had the garbage collector carry along.
 */
export class Pauses {
  readonly #clock: Clock
  /** Those that wait, and some that were dropped since the last look. A set would take each in and out for each line it prints. */
  #listed: Watched[] = []
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  watch(pausing: Pausing): PauseWatch {
    const watched: Watched = { pausing, chunks: 0, looks: 0, waits: false, listed: false }
    return {
      printed: () => {
        if (watched.waits) return
        watched.waits = true
        watched.looks = 0
        if (!watched.listed) this.#listed.push(watched)
        watched.listed = true
        this.#run()
      },
      drop: () => {
        watched.waits = false
        if (!this.#listed.some(({ waits }) => waits)) this.#stop()
      },
    }
  }

  #look(): void {
    const looked = this.#listed
    this.#listed = []
    for (const watched of looked) this.#lookAt(watched)
    if (this.#listed.length === 0) this.#stop()
    else this.#run()
  }

  #lookAt(watched: Watched): void {
    const { pausing, chunks } = watched
    watched.listed = watched.waits
    if (!watched.waits) return
    watched.looks = pausing.chunks === chunks ? watched.looks + 1 : 0
    watched.chunks = pausing.chunks
    if (watched.looks < quietLooks) {
      this.#listed.push(watched)
      return
    }
    watched.waits = false
    watched.listed = false
    pausing.paused()
  }

  #run(): void {
    this.#timer ??= this.#clock.every(lookMs, () => this.#look())
  }

  #stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
