import type { Clock, Timer } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { HistorySettings } from '../settings.ts'
import { removeOldSegments } from './retention.ts'
import type { Scribe } from './scribe.ts'
import type { Sealer } from './sealer.ts'
import { removeSegment, type Segment, type Segments } from './segments.ts'
import { SteadyClock } from './steady-clock.ts'

/** A segment is left alone for so long: in a flood there is better to do, and it may be too old before its turn comes. */
export const sealAfterMs = 10_000
/** What could not be sealed, by a full disk for one, is tried again after the first of these times, and each time after twice as long. */
const leastRetryMs = 5000
const mostRetryMs = 600_000

export interface UpkeepOptions {
  folder: string
  settings: HistorySettings
  clock: Clock
  log: Log
  scribe: Pick<Scribe, 'background'> & { sealer: Pick<Sealer, 'seal'> }
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
  /** Being sealed. */
  #underWay: Segment | undefined
  /** What could not be sealed, and what was logged of it last. */
  readonly #unsealed = new Set<Segment>()
  #told = ''
  #retry: Timer | undefined
  #retryMs = leastRetryMs
  /** Ends what sealing waits for. */
  #stop: () => void = () => undefined

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#steady = new SteadyClock(options.clock)
  }

  /** Removes what is too much, and what is too old where the clock that says so can be believed. */
  tidy(): void {
    this.#tidying = this.#tidying
      .then(() => this.#tidy())
      .catch((error: unknown) => this.#log('old history could not be removed', error))
  }

  /** Seals a complete segment when its turn comes. */
  seal(segment: Segment): void {
    this.#options.scribe.background(() => {
      this.#sealing = this.#trySeal(segment)
      return this.#sealing
    })
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stop()
    await this.#tidying
    await this.#sealing
    this.#retry?.cancel()
  }

  async #tidy(): Promise<void> {
    if (this.#closed) return
    const { folder, settings, clock, segments } = this.#options
    const { maxBytes } = settings
    const maxAgeDays = this.#steady.proven ? settings.maxAgeDays : undefined
    const current = this.#options.current()
    await removeOldSegments({ folder, segments, maxBytes, maxAgeDays, now: clock.now(), current })
    if (this.#underWay !== undefined && !this.#wants(this.#underWay)) this.#stop()
  }

  async #trySeal(segment: Segment): Promise<void> {
    try {
      this.#underWay = segment
      await this.#seal(segment)
    } catch (error) {
      // Retention may have taken its files from under the work.
      if (this.#wants(segment)) return this.#failed(segment, error)
    } finally {
      this.#underWay = undefined
    }
    this.#unsealed.delete(segment)
    if (this.#unsealed.size > 0) return
    this.#told = ''
    this.#retryMs = leastRetryMs
  }

  #failed(segment: Segment, error: unknown): void {
    this.#unsealed.add(segment)
    this.#retry ??= this.#options.clock.after(this.#retryMs, () => this.#sealAgain())
    if (String(error) !== this.#told) this.#log('a segment could not be sealed', error)
    this.#told = String(error)
  }

  #sealAgain(): void {
    this.#retry = undefined
    this.#retryMs = Math.min(2 * this.#retryMs, mostRetryMs)
    for (const segment of this.#unsealed) this.seal(segment)
  }

  async #seal(segment: Segment): Promise<void> {
    if (!this.#wants(segment)) return
    const { folder, clock, scribe, segments } = this.#options
    await this.#rest(this.#options.sealAfterMs - (clock.now() - (segment.lastAt ?? 0)))
    if (!this.#wants(segment)) return
    const { start, end, lastAt } = segment
    const sealing = scribe.sealer.seal({ folder, segment: { start, end, lastAt } })
    this.#stop = sealing.stop
    if (!(await sealing.done)) return
    segment.kind = 'sealed'
    await this.#remove({ start, end, kind: 'raw', lastAt })
    // Retention may have taken it while it was being sealed.
    if (!segments.all.includes(segment)) await this.#remove(segment)
  }

  /** What stays is removed by the next start. */
  async #remove(segment: Segment): Promise<void> {
    await removeSegment(this.#options.folder, segment).catch((error: unknown) =>
      this.#log('files of a segment could not be removed', error),
    )
  }

  /** Waits, unless it is stopped. */
  async #rest(ms: number): Promise<void> {
    // A clock that was set back must not make it wait for ever.
    const atMost = Math.min(ms, this.#options.sealAfterMs)
    if (atMost <= 0 || this.#closed) return
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.after(atMost, resolve)
      this.#stop = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  #wants(segment: Segment): boolean {
    return !this.#closed && segment.kind === 'raw' && this.#options.segments.all.includes(segment)
  }

  #log(what: string, error: unknown): void {
    this.#options.log.error({ error: String(error) }, what)
  }
}
