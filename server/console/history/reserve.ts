import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Files } from './files.ts'
import type { FolderOptions, OpenedFolder } from './open-folder.ts'
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

/** Notes the first reserve of a history that was opened. Undefined when it cannot; never rejects. */
export async function firstReserve(
  { folder, boot, now }: FolderOptions,
  { next, seq }: OpenedFolder,
  files: Files,
): Promise<SavedState | undefined> {
  const ahead = leastAhead
  const state: SavedState = { seq: seq + 1, reserved: next + ahead, ahead, clean: false, at: now, boot }
  try {
    await writeState(folder, state, files)
    return state
  } catch {
    return undefined
  }
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

  constructor(options: ReserveOptions, end: number) {
    this.#options = options
    const { boot, clock } = options
    this.#state = { seq: 0, reserved: end, ahead: leastAhead, clean: false, at: clock.now(), boot }
  }

  /** Nothing at or beyond it may be shown. */
  get limit(): number {
    return this.#lifted ? Number.POSITIVE_INFINITY : this.#state.reserved
  }

  /** The first one is being noted, after the state with the number `seq`: nothing more is shown than was, until it is or cannot be. */
  begin(first: Promise<SavedState | undefined>, seq: number): void {
    const { clock, log } = this.#options
    this.#state = { ...this.#state, seq }
    this.#lifted = false
    this.#writtenAt = clock.monotonic()
    this.#busy = first.then((noted) => {
      if (noted === undefined) log.warn({}, 'the first reserve of a history could not be noted')
      this.#noted(noted)
    })
  }

  /** Goes on after the state with the number `seq`, with what has been shown without any reserve. */
  beginLate(seq: number, end: number): void {
    this.#state = { ...this.#state, seq }
    this.need(end)
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
      const last = { ...this.#state, seq: seq + 1, reserved: end, clean: true, at: clock.now() }
      await writeState(folder, last)
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
    const { clock, moved } = this.#options
    const ahead = this.#nextAhead(end)
    this.#writtenAt = clock.monotonic()
    const impatience = clock.after(patienceMs, () => {
      this.#lifted = true
      moved()
    })
    this.#busy = this.#write({ reserved: end + ahead, ahead }).then((noted) => {
      impatience.cancel()
      this.#noted(noted)
    })
  }

  #noted(noted: SavedState | undefined): void {
    this.#state = noted ?? this.#state
    this.#lifted = noted === undefined
    this.#busy = undefined
    this.#options.moved()
  }

  async #write(reserve: Pick<SavedState, 'reserved' | 'ahead'>): Promise<SavedState | undefined> {
    const { folder, clock, log } = this.#options
    const state = { ...this.#state, ...reserve, seq: this.#state.seq + 1, at: clock.now() }
    try {
      await writeState(folder, state)
      return state
    } catch (error) {
      log.warn({ error: String(error) }, 'the reserve of a history could not be noted')
      return undefined
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
