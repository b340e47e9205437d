import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { type SavedState, writeState } from './state-file.ts'

/** What an idle console reserves: how much a killed gateway can at most seem to have lost on it. */
const leastAhead = 16 * 1024
/** A second of the fastest console there is; offsets are not scarce. */
const mostAhead = 256 * 1024 * 1024
/** Reserves that are used up faster than this are doubled, slower than `slowMs` halved. */
const fastMs = 10_000
const slowMs = 60_000
/** A disk that takes longer than this to note a reserve no longer holds viewers up. */
const patienceMs = 1000
const retryMs = 5000

export interface ReserveOptions {
  folder: string
  clock: Clock
  log: Log
  boot: string
  /** The limit has moved. */
  moved(): void
}

/**
 * How far viewers may be shown bytes. The offset is noted on disk before, so that a killed gateway never uses it again for other bytes.
 * When it cannot be noted, the console goes on live without that promise.
 */
export class Reserve {
  readonly #options: ReserveOptions
  #state: SavedState
  #writtenAt = Number.NEGATIVE_INFINITY
  #busy: Promise<void> | undefined
  #lifted = true
  #closed = false

  constructor(options: ReserveOptions, seq: number) {
    this.#options = options
    const { boot, clock } = options
    this.#state = { seq, reserved: 0, ahead: leastAhead, clean: false, at: clock.now(), boot }
  }

  /** Nothing at or beyond it may be shown. */
  get limit(): number {
    return this.#lifted ? Number.POSITIVE_INFINITY : this.#state.reserved
  }

  /** Notes the first reserve. Resolves also when it cannot; then nothing is limited. */
  begin(end: number): Promise<void> {
    this.#extend(end)
    return this.#busy ?? Promise.resolve()
  }

  /** To be called when the end has moved. */
  need(end: number): void {
    if (end + this.#state.ahead / 2 <= this.#state.reserved || this.#busy !== undefined || this.#closed)
      return
    if (this.#lifted && this.#options.clock.monotonic() - this.#writtenAt < retryMs) return
    this.#extend(end)
  }

  /** Notes a clean end: the next life begins at exactly this offset. */
  async finish(end: number): Promise<void> {
    this.#closed = true
    await this.#busy
    const { folder, clock, log } = this.#options
    const { seq } = this.#state
    try {
      await writeState(folder, {
        ...this.#state,
        seq: seq + 1,
        reserved: end,
        clean: true,
        at: clock.now(),
      })
    } catch (error) {
      log.warn({ error: String(error) }, 'the clean end of a history could not be noted')
    }
  }

  /** Waits for a write under way and starts none any more. */
  async abandon(): Promise<void> {
    this.#closed = true
    await this.#busy
  }

  #extend(end: number): void {
    this.#busy = this.#write(end).then(() => {
      this.#busy = undefined
      this.#options.moved()
    })
  }

  async #write(end: number): Promise<void> {
    const { folder, clock, log } = this.#options
    const ahead = this.#nextAhead(end)
    this.#writtenAt = clock.monotonic()
    const { seq } = this.#state
    const next = { ...this.#state, seq: seq + 1, reserved: end + ahead, ahead, at: clock.now() }
    const impatience = clock.after(patienceMs, () => {
      this.#lifted = true
      this.#options.moved()
    })
    try {
      await writeState(folder, next)
      this.#state = next
      this.#lifted = false
    } catch (error) {
      log.warn({ error: String(error) }, 'the reserve of a history could not be noted')
      this.#lifted = true
    } finally {
      impatience.cancel()
    }
  }

  #nextAhead(end: number): number {
    const lastedMs = this.#options.clock.monotonic() - this.#writtenAt
    const { ahead, reserved } = this.#state
    // What came while the last reserve was being noted shows how much the next must hold.
    const atLeast = reserved === 0 ? 0 : 2 * (end - reserved)
    const wanted = lastedMs < fastMs ? ahead * 2 : lastedMs > slowMs ? ahead / 2 : ahead
    return Math.min(mostAhead, Math.max(leastAhead, wanted, atLeast))
  }
}
