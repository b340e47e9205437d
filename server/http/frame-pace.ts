import type { WebSocket } from 'ws'
import type { Clock, Timer } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import { limits } from '../contract/limits.ts'

/** A second of it is more keys than any page sends; the rest is what may come at once. */
const perSecond = 1000
const most = 2 * perSecond
/** A message makes work for everybody attached, for the disk and for the audit: 20 a second, and 40 at once. */
const messageCost = 50
/** The page acknowledges each time it has drawn this much. */
const ackBytes = limits.ackEveryBytes / 2
/** No viewer has more to acknowledge. */
const mostOwed = limits.mostCreditBytes / ackBytes

/**
 * How many frames one viewer may send. Who sends more is read more slowly, so that nobody waits for a flood of theirs; messages that
 * were already on the way are refused. Nothing typed is lost by it.
 */
export class FramePace {
  readonly #socket: Pick<WebSocket, 'pause' | 'resume'>
  readonly #clock: Clock
  #tokens = most
  /** Acknowledgements of what it was sent. */
  #owed = 0
  #at: number
  #pause: Timer | undefined

  constructor(socket: Pick<WebSocket, 'pause' | 'resume'>, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    this.#at = clock.monotonic()
  }

  /** Bytes went out to the viewer. */
  sent(bytes: number): void {
    this.#owed = Math.min(mostOwed, this.#owed + bytes / ackBytes)
  }

  /** A frame, whatever it holds. */
  frame(): void {
    this.#take(1)
  }

  /** A frame that acknowledges: one for what went out costs nothing, or the pace of frames would be that of a flood. */
  ack(): void {
    if (this.#owed >= 1) this.#owed -= 1
    else this.frame()
  }

  /** The frame asks for something. @throws AppError `input-rate` when it must not be done. */
  message(): void {
    const mayBeDone = this.#take(messageCost)
    if (mayBeDone) return
    throw new AppError(
      'input-rate',
      `You send more than ${perSecond / messageCost} messages per second; this one was not heeded. Send it again more slowly.`,
    )
  }

  close(): void {
    this.#pause?.cancel()
  }

  /** Whether there was anything left. */
  #take(cost: number): boolean {
    const now = this.#clock.monotonic()
    const before = Math.min(most, this.#tokens + ((now - this.#at) * perSecond) / 1000)
    this.#at = now
    // What is refused costs less than what is done, and must not silence the viewer for minutes.
    this.#tokens = before - (before > 0 ? cost : 1)
    if (this.#tokens < 0) this.#wait()
    return before > 0
  }

  #wait(): void {
    if (this.#pause !== undefined) return
    this.#socket.pause()
    this.#pause = this.#clock.after((-this.#tokens * 1000) / perSecond, () => {
      this.#pause = undefined
      this.#socket.resume()
    })
  }
}
