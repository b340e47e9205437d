import { isDeepStrictEqual } from 'node:util'
import type { Clock, Timer } from '../base/clock.ts'
import type { Gap } from '../contract/console.ts'
import { limits } from '../contract/limits.ts'
import type { ViewerSink } from './console.ts'
import { Credit } from './credit.ts'
import type { History } from './history/history.ts'
import type { CountedGap } from './history/recent-gaps.ts'
import { afterAll } from './history/weave.ts'
import type { Turn, Turns } from './turns.ts'

/** One read from disk for one viewer: large enough that a viewer that catches up is not held up by the number of reads. */
const fetchBytes = 1024 * 1024
/** A viewer with less room than this waits for its next ack: so it is sent a few large pieces, not many small ones. */
const leastFetchBytes = 256 * 1024
/** After a failure that passes by itself, like too many open files. */
const retryMs = 1000
/**
 * A device that floods in small pieces, as a terminal of the kernel's does (4 KiB at most), is handed on a frame at a time, or what came in this
 * time: nobody sees the difference, and each piece sent cost more than all else that was done for it. Less than `floodBytes` is no flood.
 */
const gatherMs = 2
const floodBytes = 2048

export interface FeedOptions {
  history: Pick<History, 'end' | 'next' | 'fetch'>
  turns: Turns
  clock: Clock
  sink: ViewerSink
  flow: 'sink' | 'ack'
  /** Position of the first byte. */
  from: number
}

/**
 * Brings one viewer the stream from its own position on, in order, each byte once or a gap. A viewer at the live end with room gets
 * each chunk the moment it arrives; one without room only falls behind, and is served from memory or disk when it has room again.
 */
export class Feed implements Turn {
  readonly #options: FeedOptions
  readonly #credit: Credit
  #flow: 'sink' | 'ack'
  #position: number
  /** Number of the last gap told, see RecentGaps. */
  #told = 0
  /** Gaps told since the last byte. */
  #here: Gap[] = []
  /** The sink said that it holds enough. */
  #full = false
  /** Everything that may be seen has been handed on. */
  #live = false
  #fetching = false
  /** Counts repositionings: what was fetched for an older one is thrown away. */
  #epoch = 0
  #retry: Timer | undefined
  /** Runs while pieces of a flood are waited for. */
  #gathering: Timer | undefined
  /** The last that was handed on: how much and, monotonic ms, when. */
  #handed = 0
  #handedAt = 0
  /** It will go on elsewhere: nothing more from here. */
  #held = false
  #ended = false

  constructor(options: FeedOptions) {
    this.#options = options
    this.#flow = options.flow
    this.#position = options.from
    const { creditBytes: least, mostCreditBytes: most } = limits
    this.#credit = new Credit({ least, most, position: options.from })
    this.wake()
  }

  get position(): number {
    return this.#position
  }

  /** Bytes up to `end` were just published. The first ones of a turn go at once, those that follow in it together, and a flood in frames. */
  live(end: number): void {
    const length = end - this.#position
    if (this.#gathering !== undefined && length >= this.#frameBytes) this.#gathered()
    if (!this.#live) return
    if (length < this.#frameBytes && this.#floods()) {
      this.#live = false
      this.#gathering = this.#options.clock.after(gatherMs, () => this.#gathered())
      return
    }
    if (length <= Math.min(this.#room(), limits.fastFrameBytes)) this.serve(length)
    this.published()
  }

  /** A gap that was just recorded at the end of history. */
  gap(counted: CountedGap): void {
    if (!this.#live) return
    if (counted.gap.to <= this.#options.history.end) this.#tell(counted.gap, counted.seq)
    else this.#live = false
  }

  /** There may be something to hand on. */
  wake(): void {
    if (this.#ended || this.#held || this.#live || this.#fetching || this.#gathering !== undefined) return
    this.#options.turns.add(this)
  }

  /** Looks anew: more may be seen than before. */
  published(): void {
    this.#live = false
    this.wake()
  }

  /** From the first one on the viewer is served by credit. */
  ack(offset: number): void {
    this.#flow = 'ack'
    this.#credit.ack(offset, this.#position, this.#options.clock.monotonic())
    this.wake()
  }

  drained(): void {
    this.#full = false
    this.wake()
  }

  /** Hands on nothing more before `moveTo`: what would come is not wanted. */
  hold(): void {
    this.#held = true
    this.#live = false
    this.#epoch += 1
    this.#fetching = false
    this.#stopGathering()
    this.#options.turns.remove(this)
  }

  /** Goes on from another position. */
  moveTo(position: number): void {
    this.#held = false
    this.#position = position
    this.#told = 0
    this.#here = []
    this.#epoch += 1
    this.#fetching = false
    this.#credit.reset(position)
    this.#stopGathering()
    this.published()
  }

  end(): void {
    this.#ended = true
    this.#retry?.cancel()
    this.#stopGathering()
    this.#options.turns.remove(this)
  }

  serve(budget: number): number {
    let served = 0
    while (served < budget) {
      if (this.#ended || this.#held || this.#fetching) return served
      const room = Math.max(0, this.#room())
      const max = Math.min(room, this.#frameBytes)
      const step = this.#options.history.next(this.#position, this.#told, max)
      if (step.kind === 'live') {
        this.#live = true
        return served
      }
      if (step.kind === 'gap') {
        this.#tell(step.counted.gap, step.counted.seq)
        continue
      }
      // Woken by the next ack or when the sink has drained.
      if (room === 0) return served
      if (step.kind === 'disk') {
        if (room >= leastFetchBytes) this.#fetch(Math.min(room, fetchBytes))
        return served
      }
      this.#hand(step.bytes, step.release)
      served += step.bytes.length
    }
    this.wake()
    return served
  }

  async #fetch(max: number): Promise<void> {
    this.#fetching = true
    const epoch = this.#epoch
    try {
      const items = await this.#options.history.fetch(this.#position, max)
      if (epoch !== this.#epoch || this.#ended) return
      this.#fetching = false
      for (const item of items) {
        if (item.kind === 'gap') this.#tell(item.gap, this.#told)
        else this.#handAll(item.bytes, item.release)
      }
      this.wake()
    } catch {
      if (epoch !== this.#epoch || this.#ended) return
      this.#retry = this.#options.clock.after(retryMs, () => {
        this.#fetching = false
        this.wake()
      })
    }
  }

  #handAll(bytes: Uint8Array, release: () => void = () => undefined): void {
    const frameBytes = this.#frameBytes
    const done = afterAll(Math.ceil(bytes.length / frameBytes), release)
    for (let at = 0; at < bytes.length && !this.#ended; at += frameBytes) {
      this.#hand(bytes.subarray(at, at + frameBytes), done)
    }
  }

  #floods(): boolean {
    return this.#handed >= floodBytes && this.#options.clock.monotonic() - this.#handedAt < gatherMs
  }

  #gathered(): void {
    this.#stopGathering()
    this.wake()
  }

  #stopGathering(): void {
    this.#gathering?.cancel()
    this.#gathering = undefined
  }

  #hand(bytes: Uint8Array, done: () => void): void {
    this.#position += bytes.length
    this.#handed = bytes.length
    this.#handedAt = this.#options.clock.monotonic()
    if (this.#here.length > 0) this.#here = []
    if (!this.#options.sink.bytes(bytes, done)) this.#full = true
  }

  #tell(gap: Gap, seq: number): void {
    this.#told = seq
    // Memory may have let go of this position since it was told from there.
    if (this.#here.some((told) => isDeepStrictEqual(told, gap))) return
    this.#here.push(gap)
    this.#credit.skip(this.#position, gap.to)
    this.#position = Math.max(this.#position, gap.to)
    this.#options.sink.message({ type: 'gap', gap })
  }

  /** Most bytes handed on at once. */
  get #frameBytes(): number {
    return this.#flow === 'ack' && this.#credit.fast ? limits.fastFrameBytes : limits.outputFrameBytes
  }

  #room(): number {
    if (this.#flow === 'ack') return this.#credit.room(this.#position)
    return this.#full ? 0 : Number.POSITIVE_INFINITY
  }
}
