import { joinBytes } from '../../parts/join-bytes.ts'
import { Pieces, type PieceTerminal } from './pieces.ts'

/** As much of xterm's terminal as is used here. */
export interface FedTerminal extends PieceTerminal {
  write(data: string | Uint8Array, parsed?: () => void): void
}

export interface FeedOptions {
  /** Runs something after what else waits for the page's thread: keys, messages, drawing. */
  soon: (run: () => void) => void
  /** Runs something after some time, ms. */
  later: (run: () => void, ms: number) => void
  /** Nobody looks: browsers then let timers run once a second, so that all is given at once. */
  hidden: () => boolean
  /** Monotonic, ms. */
  now: () => number
}

/**
 * How long the terminal parses of a flood before the page draws and listens. Drawing takes 10 ms where there is no graphics card: done
 * at every chance it took half of all time.
 */
const portionMs = 40
/** As much as is parsed in that time, which shows: what is dear comes in small portions, and so does all of it on a slow machine. */
const portionBytes = { first: 128 * 1024, least: 32 * 1024, most: 1024 * 1024 }

/** How many times a portion may be as large as the one before: what was cheap may be dear next. */
const mostGrowth = 4

/** When all that came is parsed, there is more after this time, and a frame for little costs the same. */
const gatherMs = 4

interface Waiting {
  bytes: Uint8Array
  parsed: () => void
}

/** Gives the terminal a flood in portions, the next when one is parsed. What waits here can still be left out. */
export class Feed {
  readonly #terminal: FedTerminal
  readonly #pieces: Pieces
  readonly #options: FeedOptions
  #waiting: Waiting[] = []
  #busy = false
  #portionBytes = portionBytes.first

  constructor(
    terminal: FedTerminal,
    options: FeedOptions = {
      soon: inNextTask(),
      later: setTimeout,
      hidden: isHidden,
      now: () => performance.now(),
    },
  ) {
    this.#terminal = terminal
    this.#pieces = new Pieces(terminal)
    this.#options = options
  }

  /** `parsed` is called when everything up to these bytes stands on the screen. No bytes are never written together with others: they are a place. */
  write(bytes: Uint8Array, parsed: () => void): void {
    this.#waiting.push({ bytes, parsed })
    if (!this.#busy) this.#give()
  }

  /** Writes this in the place of all that waits, which is forgotten. */
  replace(data: string, parsed: () => void): void {
    this.#waiting = []
    this.#pieces.broken()
    this.#terminal.write(data, parsed)
  }

  #give(): void {
    const portion = this.#takePortion()
    this.#busy = portion !== undefined
    if (!portion) return
    const { bytes, parsed } = portion
    // Nothing is written before an echo: the first write after a key is parsed at once.
    if (bytes.length >= portionBytes.least) this.#giveFlood(bytes, parsed)
    else {
      this.#pieces.write(bytes, () => {
        parsed()
        this.#options.soon(() => this.#give())
      })
    }
  }

  #giveFlood(bytes: Uint8Array, parsed: () => void): void {
    const { soon, later, now } = this.#options
    let since = 0
    this.#terminal.write('', () => {
      since = now()
    })
    this.#pieces.write(bytes, () => {
      this.#took(bytes.length, now() - since)
      parsed()
      if (this.#hasPortion()) soon(() => this.#give())
      else later(() => this.#give(), gatherMs)
    })
  }

  #hasPortion(): boolean {
    const waiting = this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0)
    return waiting >= this.#portionBytes || this.#options.hidden()
  }

  #takePortion(): Waiting | undefined {
    const [first] = this.#waiting
    if (!first) return undefined
    const most = this.#options.hidden() ? Number.POSITIVE_INFINITY : this.#portionBytes
    if (first.bytes.length > most) {
      this.#waiting[0] = { ...first, bytes: first.bytes.subarray(most) }
      return { bytes: first.bytes.subarray(0, most), parsed: () => {} }
    }
    let sum = 0
    const end = this.#waiting.findIndex(({ bytes: { length } }, at) => {
      sum += length
      return at > 0 && (sum > most || length === 0 || first.bytes.length === 0)
    })
    const portion = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
    const parsed = () => {
      for (const each of portion) each.parsed()
    }
    // What came alone, as most does, is not copied.
    return {
      bytes: portion.length === 1 ? first.bytes : joinBytes(portion.map(({ bytes }) => bytes)),
      parsed,
    }
  }

  /** A portion was parsed: the next may be larger, or must be smaller. */
  #took(bytes: number, ms: number): void {
    const { least, most } = portionBytes
    const fits = Math.floor(bytes * Math.min(mostGrowth, portionMs / ms))
    if (ms > portionMs || fits > this.#portionBytes)
      this.#portionBytes = Math.max(least, Math.min(most, fits))
  }
}

const isHidden = () => document.hidden

/** A message to oneself: unlike a timer it is not held back, however many follow each other. */
function inNextTask(): (run: () => void) => void {
  const { port1, port2 } = new MessageChannel()
  const due: (() => void)[] = []
  port1.onmessage = () => due.shift()?.()
  return (run) => {
    due.push(run)
    port2.postMessage(null)
  }
}
