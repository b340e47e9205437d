import type { Clock } from '../../base/clock.ts'
import type { Memory } from './memory.ts'
import type { Scribe } from './scribe.ts'

const kib = 1024
const mib = 1024 * kib

/** What a console that nobody watches keeps in memory: the last screens, for its last line. */
const quietBytes = 16 * kib
/** While somebody watches a flood, the last seconds of it stay in memory up to so much: the disk is the slower way. */
const hotBytes = 4 * mib
const hotMs = 5000
/** What may wait for a slow or full disk before it is let go of and becomes a gap. */
const queueBytes = 8 * mib
/** With this much waiting for a working disk, a device that can wait does; it goes on when half is written. */
const crowdedBytes = queueBytes / 2

export interface KeepOptions {
  memory: Memory
  /** Size of the ring while somebody watches. */
  ringBytes: number
  clock: Clock
  scribe: Scribe
  /** Everything before this offset is on disk. */
  written(): number
}

/** Decides how much of what a console printed stays in memory. */
export class Keep {
  readonly #options: KeepOptions
  /** Whether somebody is attached. */
  watched = false

  constructor(options: KeepOptions) {
    this.#options = options
  }

  /** So much waits for the disk that a device which can wait should. */
  get crowded(): boolean {
    return this.#unwritten > crowdedBytes
  }

  /** Not crowded any more. */
  get relieved(): boolean {
    return this.#unwritten <= crowdedBytes / 2
  }

  /** Lets go of what need not stay. Returns whether that was anything. */
  evict(monotonic: number = this.#options.clock.monotonic()): boolean {
    const { memory, ringBytes, scribe, written } = this.#options
    const ring = this.watched ? ringBytes : Math.min(quietBytes, ringBytes)
    const before = memory.held
    while (memory.held - memory.oldestLength >= ring && this.#mayGo(ring, monotonic)) {
      // What is not written may be in the middle of being written.
      memory.dropOldest({ inUse: memory.oldestEnd > written() })
    }
    scribe.held(memory.held - before)
    return memory.held < before
  }

  #mayGo(ring: number, monotonic: number): boolean {
    const { scribe, written, memory } = this.#options
    const { held, oldestEnd, oldestAt } = memory
    if (oldestEnd > written()) return held > (scribe.tight ? ring : queueBytes)
    const hot = this.watched && !scribe.tight && held <= hotBytes && monotonic - oldestAt < hotMs
    return !hot
  }

  get #unwritten(): number {
    const { memory, written } = this.#options
    return memory.end - Math.max(memory.start, written())
  }
}
