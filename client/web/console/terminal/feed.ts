import { writeInPieces } from './guard.ts'

/** As much of xterm's terminal as is used here. */
export interface FedTerminal {
  write(data: string | Uint8Array, parsed?: () => void): void
}

export interface FeedOptions {
  /** Runs something after what else waits for the page's thread: keys, messages, drawing. */
  soon: (run: () => void) => void
  /** Nobody looks: browsers then let timers run once a second, so that all is given at once. */
  hidden: () => boolean
}

/**
 * About what xterm.js parses in one of its turns of 12 ms. Of more it does the rest by timers that set timers, which browsers hold back by
 * 4 ms each: a quarter of the time would be spent waiting.
 */
const portionBytes = 128 * 1024

/** Gives the terminal a flood in portions, the next when one is parsed. What waits here can still be left out. */
export class Feed {
  readonly #terminal: FedTerminal
  readonly #options: FeedOptions
  #waiting: { bytes: Uint8Array; parsed: () => void }[] = []
  #busy = false

  constructor(terminal: FedTerminal, options: FeedOptions = { soon: inNextTask(), hidden: isHidden }) {
    this.#terminal = terminal
    this.#options = options
  }

  /** `parsed` is called when everything up to these bytes stands on the screen. */
  write(bytes: Uint8Array, parsed: () => void): void {
    this.#waiting.push({ bytes, parsed })
    if (!this.#busy) this.#give()
  }

  /** Writes this in the place of all that waits, which is forgotten. */
  replace(data: string, parsed: () => void): void {
    this.#waiting = []
    this.#terminal.write(data, parsed)
  }

  #give(): void {
    const portion = this.#takePortion()
    const last = portion.pop()
    this.#busy = last !== undefined
    if (!last) return
    for (const { bytes, parsed } of portion) writeInPieces(this.#terminal, bytes, parsed)
    writeInPieces(this.#terminal, last.bytes, () => {
      last.parsed()
      this.#options.soon(() => this.#give())
    })
  }

  #takePortion() {
    if (this.#options.hidden()) return this.#waiting.splice(0)
    let sum = 0
    const end = this.#waiting.findIndex(({ bytes }) => {
      sum += bytes.length
      return sum >= portionBytes
    })
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end + 1)
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
