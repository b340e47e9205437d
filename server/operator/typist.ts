import type { Clock } from '../base/clock.ts'
import type { EchoWatch } from './echo.ts'
import type { LineRate } from './line-rate.ts'

/** A console under one's hands. */
export interface Keyboard {
  readonly clock: Clock
  readonly rate: LineRate
  /** Aborts when there is no going on: cancelled, lock lost, line down. Its reason is a Stopped. */
  readonly stopped: AbortSignal
  /** Throws Stopped. */
  write(bytes: Uint8Array): void
  /** Everything printed from now on; the function returned ends it. */
  listen(hear: (bytes: Uint8Array) => void): () => void
}

/** What a UART holds until its interrupt is served: the 16550's receive FIFO. */
const piece = 16
/** Where nothing is seen to arrive: the speed of 9600 8N1, which every line and reader keeps up with. */
export const blindRate = 960

export const patience = {
  /** Part of a line came back, and then nothing more of it, while the console was quiet. */
  damagedMs: 5000,
  /** Nothing of a line came back, though lines before it did. */
  silentMs: 15_000,
  /** Nothing came back of the very first. */
  firstMs: 3000,
  /** The far end prints other things all the while. */
  busyMs: 60_000,
}

export interface Watched {
  /** `damaged`: part of it came back, then no more; `silent`: nothing did. */
  echo: 'arrived' | 'damaged' | 'silent'
  /** Bytes typed. */
  typed: number
}

/** Types at the line's pace, and watches what comes back. Every wait ends with a Stopped when the keyboard is taken away. */
export class Typist {
  readonly keyboard: Keyboard
  #free = 0

  constructor(keyboard: Keyboard) {
    this.keyboard = keyboard
  }

  /** Types without looking. */
  async type(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Promise<void> {
    for (let at = 0; at < bytes.length; at += piece) await this.#type(bytes.subarray(at, at + piece), most)
  }

  /** Types so that at most `window` characters are under way, until all have come back or patience ends. */
  async typeWatched(
    bytes: Uint8Array,
    { watch, window, silentMs }: { watch: EchoWatch; window: number; silentMs: number },
  ): Promise<Watched> {
    const { clock } = this.keyboard
    let at = 0
    let progressAt = clock.monotonic()
    let heardAt = progressAt
    const unlisten = this.keyboard.listen((printed) => {
      const before = watch.seen
      watch.hear(printed)
      heardAt = clock.monotonic()
      if (watch.seen > before) progressAt = heardAt
    })
    try {
      for (;;) {
        if (at < bytes.length && watch.awaited < window) {
          const part = bytes.subarray(at, at + Math.min(piece, window - watch.awaited))
          watch.expect(part)
          await this.#type(part)
          at += part.length
          progressAt = clock.monotonic()
          continue
        }
        if (at === bytes.length && watch.complete) return { echo: 'arrived', typed: at }
        const wait = watch.seen > 0 ? patience.damagedMs : silentMs
        const due = Math.min(
          Math.max(progressAt, heardAt) + wait,
          progressAt + Math.max(wait, patience.busyMs),
        )
        const left = due - clock.monotonic()
        if (left <= 0) return { echo: watch.seen > 0 ? 'damaged' : 'silent', typed: at }
        await this.heard(left)
      }
    } finally {
      unlisten()
    }
  }

  /** Resolves when something was printed, or after `ms`; answers which. */
  heard(ms: number): Promise<boolean> {
    const { clock, stopped, listen } = this.keyboard
    return new Promise((resolve, reject) => {
      if (stopped.aborted) return reject(stopped.reason)
      const end = (settle: () => void): void => {
        timer.cancel()
        unlisten()
        stopped.removeEventListener('abort', abort)
        settle()
      }
      const abort = (): void => end(() => reject(stopped.reason))
      const timer = clock.after(ms, () => end(() => resolve(false)))
      const unlisten = listen(() => end(() => resolve(true)))
      stopped.addEventListener('abort', abort)
    })
  }

  async pause(ms: number): Promise<void> {
    const until = this.keyboard.clock.monotonic() + ms
    for (let left = ms; left > 0; left = until - this.keyboard.clock.monotonic()) await this.heard(left)
  }

  async #type(part: Uint8Array, most = Number.POSITIVE_INFINITY): Promise<void> {
    const { clock, rate, stopped } = this.keyboard
    const wait = this.#free - clock.monotonic()
    if (wait > 0) await this.pause(wait)
    if (stopped.aborted) throw stopped.reason
    this.keyboard.write(part)
    const perSecond = Math.min(rate.bytesPerSecond, most)
    // Timers come late: what was not used of the last few milliseconds may be, more would be a burst.
    this.#free = Math.max(this.#free, clock.monotonic() - 2) + (part.length * 1000) / perSecond
  }
}
