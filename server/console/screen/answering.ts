import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { LinkInput } from '../input-gate.ts'
import type { Link } from '../transport.ts'

/** Whoever asked has given up by then, and would take the answer for something typed. Programs wait 0.1 to 1 s. */
const deadlineMs = 1000
/** Queries answered at once, and per second from then on. A program that starts asks ten or twenty things. */
const burst = 40
const perSecond = 20
/** Longer than any one answer of ours. */
const longestAnswer = 512
/** No answer of ours has another control character than ESC: whatever a device asks, none presses Enter. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what is allowed
const harmless = /^[\x1b\x20-\x7e]*$/

export interface AnsweringOptions {
  clock: Clock
  log: Log
  /** The link while the line is online. */
  link(): Link | undefined
}

/**
 * Decides which of the terminal's answers go to the device: only those to what it asked a moment ago on the link that still is, not too
 * many of them, and each once.
 */
export class Answering {
  readonly #options: AnsweringOptions
  readonly #input = new LinkInput()
  /** Offsets at which queries end that wait for their answer, and when they came. In order. */
  readonly #pending = new Map<number, number>()
  #tokens = burst
  #at = Number.NEGATIVE_INFINITY

  constructor(options: AnsweringOptions) {
    this.#options = options
  }

  /** A query that ends at this offset came just now. Returns whether it is worth an answer. */
  asked(end: number): boolean {
    const now = this.#options.clock.monotonic()
    for (const [earlier, at] of this.#pending) {
      if (now - at <= deadlineMs) break
      this.#pending.delete(earlier)
    }
    this.#tokens = Math.min(burst, this.#tokens + Math.max(0, ((now - this.#at) * perSecond) / 1000))
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    this.#pending.set(end, now)
    return true
  }

  /** Offsets in (from, to] at which a query ends that may be answered. */
  within(from: number, to: number): number[] {
    if (this.#pending.size === 0) return []
    return [...this.#pending.keys()].filter((end) => end > from && end <= to)
  }

  /** Types the answer on the line, if it still may. */
  answer(end: number, text: string): void {
    const { clock, link, log } = this.#options
    const at = this.#pending.get(end)
    this.#pending.delete(end)
    const to = link()
    if (at === undefined || to === undefined || clock.monotonic() - at > deadlineMs) return
    if (text.length > longestAnswer || !harmless.test(text)) return
    try {
      this.#input.write(to, Buffer.from(text, 'latin1'))
    } catch (error) {
      // The far end takes nothing: it does not read what it asked for either.
      log.debug({ error: String(error) }, 'a query of the device could not be answered')
    }
  }

  /** Nothing that was asked before is answered any more. */
  forget(): void {
    this.#pending.clear()
  }
}
