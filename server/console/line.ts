import { lineBackoff } from '../base/backoff.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Cause, LineState } from '../contract/line.ts'
import { initialLine, type LineEvent, type LineModel, nextLine } from './line-state.ts'
import { openLink, within } from './open-link.ts'
import type { Link, LinkEvents } from './transport.ts'

/** Longer than any link may take to close: one that breaks its promise must not hold the line for ever. */
const closeMs = 10_000

export type OpenLink = (events: LinkEvents, signal: AbortSignal) => Promise<Link>

export interface LineOptions {
  clock: Clock
  log: Log
  random: () => number
  /** Bytes of the current link, also those that come before it counts as open. */
  data(bytes: Uint8Array): void
  lost(bytes: number): void
  /** The state has changed. Not called for `lastDataAt`. */
  changed(state: LineState): void
}

/** One try at a link and what came of it. Its events count only while it is the line's current one. */
interface Attempt {
  abort: AbortController
  link: Link | undefined
  openedAt: number
  /** Settles, never rejects, when nothing of the attempt is left. */
  settled: Promise<unknown>
}

/** Holds one link: opens it, opens it again when it ends, with the delays of line-state.ts. Never two at a time: a tty is exclusive. */
export class Line {
  readonly #options: LineOptions
  #model: LineModel
  #open: OpenLink | undefined
  #attempt: Attempt | undefined
  #timer: Timer | undefined
  /** NaN: none. One that may be null would be an object for each chunk. */
  #lastDataAt = Number.NaN
  #released: Promise<unknown> = Promise.resolve()
  #closed = false
  /** The state that was logged last, except attempts. */
  #logged: LineState | undefined

  constructor(options: LineOptions) {
    this.#options = options
    this.#model = initialLine(options.clock.now())
  }

  get state(): LineState {
    const { state } = this.#model
    if (state.state !== 'online') return state
    return { ...state, lastDataAt: Number.isNaN(this.#lastDataAt) ? null : this.#lastDataAt }
  }

  /** The link while the line is online. */
  get link(): Link | undefined {
    return this.#model.state.state === 'online' ? this.#attempt?.link : undefined
  }

  /** Holds links made by `open` from now on; undefined disables the line. A running link is closed first. */
  use(open: OpenLink | undefined): void {
    this.#open = open
    if (open === undefined) this.#apply({ type: 'disabled' })
    else this.#apply({ type: this.#model.state.state === 'disabled' ? 'enabled' : 'changed' })
  }

  reconnect(): void {
    this.#apply({ type: 'reconnect' })
  }

  /** Ends the link gracefully. Nothing is told afterwards. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    this.#release()
    await this.#released
  }

  #apply(event: LineEvent): void {
    if (this.#closed) return
    const { clock, random, log } = this.#options
    const before = this.#model
    this.#model = nextLine(before, event, { now: clock.now(), random: random(), backoff: lineBackoff })
    if (this.#model === before) return
    const { state } = this.#model
    this.#timer?.cancel()
    this.#timer = undefined
    if (state.state === 'connecting' || state.state === 'disabled') this.#release()
    const fields = { from: before.state.state, ...state, event: event.type }
    // A device that is off for weeks is tried each minute.
    if (isNews(this.#logged, state)) log.info(fields, 'the line changed')
    else log.debug(fields, 'the line changed')
    if (state.state !== 'connecting') this.#logged = state
    // Listeners hear of the state before anything that follows from it can happen.
    this.#options.changed(this.state)
    if (this.#model.state !== state) return
    if (state.state === 'connecting') this.#connect()
    if (state.state === 'waiting') {
      this.#timer = clock.after(this.#model.waitMs, () => this.#apply({ type: 'wait-over' }))
    }
  }

  #connect(): void {
    const open = this.#open
    if (open === undefined) return
    const attempt: Attempt = {
      abort: new AbortController(),
      link: undefined,
      openedAt: 0,
      settled: Promise.resolve(),
    }
    this.#attempt = attempt
    attempt.settled = this.#run(attempt, open, this.#released)
  }

  async #run(attempt: Attempt, open: OpenLink, before: Promise<unknown>): Promise<void> {
    const { clock, log } = this.#options
    await before
    if (this.#attempt !== attempt) return
    // A link that ends the moment it opens may say so before we know that it opened.
    let ended: Cause | undefined
    const events = this.#eventsOf(attempt, (cause) => {
      ended = cause
    })
    const outcome = await openLink({
      open: (signal) => open(events, signal),
      abort: attempt.abort,
      clock,
      log,
    })
    if (this.#attempt !== attempt) {
      if (outcome.kind === 'link') await outcome.link.close()
      return
    }
    if (outcome.kind === 'failed') {
      this.#attempt = undefined
      this.#apply({ type: 'failed', cause: outcome.cause })
      return
    }
    attempt.link = outcome.link
    attempt.openedAt = clock.monotonic()
    this.#apply({ type: 'opened' })
    if (ended !== undefined) this.#linkClosed(attempt, ended)
  }

  #eventsOf(attempt: Attempt, closedEarly: (cause: Cause) => void): LinkEvents {
    return {
      data: (bytes) => {
        if (this.#attempt !== attempt || bytes.length === 0) return
        this.#lastDataAt = this.#options.clock.now()
        this.#options.data(bytes)
      },
      lost: (bytes) => {
        if (this.#attempt === attempt) this.#options.lost(bytes)
      },
      closed: (cause) => {
        if (attempt.link === undefined) closedEarly(cause)
        else this.#linkClosed(attempt, cause)
      },
    }
  }

  #linkClosed(attempt: Attempt, cause: Cause): void {
    if (this.#attempt !== attempt) return
    this.#attempt = undefined
    const upMs = this.#options.clock.monotonic() - attempt.openedAt
    this.#apply({ type: 'closed', cause, upMs })
  }

  /** Lets go of the current attempt, whatever it has come to. The next one begins when this one has freed everything. */
  #release(): void {
    const attempt = this.#attempt
    this.#attempt = undefined
    this.#lastDataAt = Number.NaN
    if (attempt === undefined) return
    attempt.abort.abort()
    // A link that was told to stop reading would not see the far end say goodbye.
    attempt.link?.resume?.()
    const over = attempt.link === undefined ? attempt.settled : attempt.link.close()
    this.#released = within(this.#options.clock, closeMs, over)
  }
}

function isNews(before: LineState | undefined, state: LineState): boolean {
  if (state.state === 'connecting') return false
  if (state.state !== 'waiting' || before?.state !== 'waiting') return true
  return before.cause.code !== state.cause.code
}
