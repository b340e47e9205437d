import type { Clock, Timer } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { LockState } from '../contract/console.ts'
import {
  actOnLock,
  freeLock,
  type LockAct,
  type LockChange,
  type LockTimes,
  lockDue,
  type Moment,
  type Seat,
  shownLock,
  takesOnAttach,
  type WriterLock,
} from './writer-lock.ts'

export interface LockKeeperOptions {
  clock: Clock
  times: LockTimes
  /** Called once for each change, in order. */
  changed(change: LockChange): void
}

/** Holds a console's writer lock and its one timer. */
export class LockKeeper {
  readonly #options: LockKeeperOptions
  #lock: WriterLock = freeLock
  #times: LockTimes
  #timer: Timer | undefined

  constructor(options: LockKeeperOptions) {
    this.#options = options
    this.#times = options.times
  }

  get writer(): string | null {
    return this.#lock.writer
  }

  /** Whether a newcomer would get the lock by attaching. */
  wouldTake(seat: Seat): boolean {
    return takesOnAttach(this.#lock, seat)
  }

  shown(lock: WriterLock = this.#lock): LockState {
    return shownLock(lock, this.#times)
  }

  /** Throws AppError with what the viewer is told when the lock refuses. */
  act(act: LockAct): void {
    const outcome = actOnLock(this.#lock, act, this.#now(), this.#times)
    if (outcome.kind === 'refused') throw new AppError(outcome.code, outcome.message)
    this.#lock = outcome.lock
    // A key of the writer changes nothing but the idle time: the timer finds that out by itself when it comes.
    if (outcome.changes.length === 0 && this.#timer !== undefined) return
    this.#setTimer()
    for (const change of outcome.changes) this.#options.changed(change)
  }

  setTimes(times: LockTimes): void {
    this.#times = times
    this.#setTimer()
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #setTimer(): void {
    this.close()
    const due = lockDue(this.#lock, this.#now(), this.#times)
    if (due === null) return
    this.#timer = this.#options.clock.after(due, () => {
      this.#timer = undefined
      this.act({ type: 'tick' })
    })
  }

  #now(): Moment {
    const { clock } = this.#options
    return { wall: clock.now(), monotonic: clock.monotonic() }
  }
}
