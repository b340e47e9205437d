import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { HistorySettings } from '../settings.ts'
import { removeOldSegments } from './retention.ts'
import type { Scribe } from './scribe.ts'
import { sealSegment } from './seal.ts'
import { removeSegment, type Segment, type Segments } from './segments.ts'
import { SteadyClock } from './steady-clock.ts'

/** A segment is left alone for so long: in a flood there is better to do, and it may be too old before its turn comes. */
export const sealAfterMs = 10_000
/** Compressing may take this part of one core: one quarter. */
const restPerWork = 3

export interface UpkeepOptions {
  folder: string
  settings: HistorySettings
  clock: Clock
  log: Log
  scribe: Scribe
  segments: Segments
  /** The segment being written, which is left alone. */
  current(): Segment | undefined
  sealAfterMs: number
}

/** Compresses a history's complete segments and removes old ones, behind everybody's back. Failures are logged and tried again later. */
export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #steady: SteadyClock
  #closed = false
  #tidying: Promise<void> = Promise.resolve()
  #sealing: Promise<void> = Promise.resolve()
  #stopResting: () => void = () => undefined

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#steady = new SteadyClock(options.clock)
  }

  /** Removes what is too much, and what is too old where the clock that says so can be believed. */
  tidy(): void {
    const { folder, settings, clock, segments } = this.#options
    this.#tidying = this.#tidying.then(() =>
      this.#guard('old history could not be removed', async () => {
        if (this.#closed) return
        const { maxBytes } = settings
        const maxAgeDays = this.#steady.proven ? settings.maxAgeDays : undefined
        const current = this.#options.current()
        await removeOldSegments({ folder, segments, maxBytes, maxAgeDays, now: clock.now(), current })
      }),
    )
  }

  /** Seals a complete segment when its turn comes. */
  seal(segment: Segment): void {
    const work = (): Promise<void> => {
      if (!this.#wants(segment)) return Promise.resolve()
      this.#sealing = this.#guard('a segment could not be sealed', () => this.#seal(segment))
      return this.#sealing
    }
    this.#options.scribe.background(work)
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopResting()
    await this.#tidying
    await this.#sealing
  }

  async #seal(segment: Segment): Promise<void> {
    const { folder, clock } = this.#options
    await this.#rest(this.#options.sealAfterMs - (clock.now() - (segment.lastAt ?? 0)))
    if (!this.#wants(segment)) return
    const sealed = await sealSegment({ folder, segment, pace: this.#pace(segment) })
    // Retention may have taken it while it was being sealed.
    if (sealed && !this.#options.segments.all.includes(segment)) await removeSegment(folder, segment)
  }

  #pace(segment: Segment): () => Promise<boolean> {
    const { clock } = this.#options
    let began = clock.monotonic()
    return async () => {
      const workedMs = clock.monotonic() - began
      await this.#rest(workedMs * restPerWork)
      began = clock.monotonic()
      return this.#wants(segment)
    }
  }

  /** Waits, but not beyond close. */
  async #rest(ms: number): Promise<void> {
    // A clock that was set back must not make it wait for ever.
    const atMost = Math.min(ms, Math.max(this.#options.sealAfterMs, 1000))
    if (atMost <= 0 || this.#closed) return
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.after(atMost, resolve)
      this.#stopResting = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  #wants(segment: Segment): boolean {
    return !this.#closed && this.#options.segments.all.includes(segment)
  }

  async #guard(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.log.error({ error: String(error) }, what)
    }
  }
}
