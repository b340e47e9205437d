import headless from '@xterm/headless'
import type { ScreenSize } from '../../contract/console.ts'
import {
  capabilityAnswer,
  colourAnswer,
  paletteAnswer,
  schemeAnswer,
  sizeAnswer,
  tertiaryAnswer,
  versionAnswer,
} from './answers.ts'
import { drawScreen } from './draw.ts'
import { internalsOf } from './internals.ts'
import type { Drawing, ScreenView } from './screen.ts'
import { Sieve } from './sieve.ts'

/** Lines above the screen that a newcomer is given at once. */
const scrollback = 500
/** A drawing is cut to the screen without its scrollback beyond this many characters, and given up beyond eight times as many. */
const mostDrawn = 256 * 1024
/** Of a sequence that has begun, bytes that a newcomer gets from its first on. A device may begin one and never end it. */
const mostUnfinished = 1024 * 1024

/** A terminal without a window: takes what a device prints, knows what stands on the screen, and what a terminal answers. */
export class Emulator {
  readonly #terminal: headless.Terminal
  readonly #sieve: Sieve
  #answers = ''
  /** Offset after the last byte that was written. */
  #end = 0

  constructor({ rows, cols }: ScreenSize) {
    this.#sieve = new Sieve({ rows, cols })
    this.#terminal = new headless.Terminal({
      rows,
      cols,
      scrollback,
      allowProposedApi: true,
      logLevel: 'off',
      // Those that may be asked for, so that the handler below hears of them.
      windowOptions: {
        getWinSizePixels: true,
        getCellSizePixels: true,
        getWinSizeChars: true,
        getScreenSizeChars: true,
      },
    })
    this.#terminal.onData((answer) => {
      this.#answers += answer
    })
    this.#answerMore()
  }

  /** Takes bytes that end at offset `end`. Returns what they made the terminal answer. Throws whatever xterm.js throws. */
  write(bytes: Uint8Array, end: number): string {
    this.#end = end
    // At once: its own way of writing waits for timers, and does not say which bytes it could not bear.
    internalsOf(this.#terminal)._inputHandler.parse(this.#sieve.pass(bytes))
    const answers = this.#answers
    this.#answers = ''
    return answers
  }

  resize(size: ScreenSize): void {
    this.#sieve.resize(size)
    this.#terminal.resize(size.cols, size.rows)
  }

  /** Draws the screen as it is; undefined when that would be too long. */
  draw(): Drawing | undefined {
    let ansi = drawScreen(this.#terminal, scrollback)
    if (ansi.length > mostDrawn) ansi = drawScreen(this.#terminal, 0)
    // What has only begun has drawn nothing yet: whoever gets the drawing gets that from its first byte.
    const { unfinished } = this.#sieve
    const offset = this.#end - (unfinished > mostUnfinished ? 0 : unfinished)
    const alternate = this.#terminal.buffer.active.type === 'alternate'
    return ansi.length > 8 * mostDrawn ? undefined : { ansi, offset, alternate }
  }

  view(): ScreenView {
    const { rows, cols, buffer } = this.#terminal
    const { active } = buffer
    const text = (row: number): string =>
      active
        .getLine(active.baseY + row)
        ?.translateToString(true)
        .trimEnd() ?? ''
    return {
      size: { rows, cols },
      rows: Array.from({ length: rows }, (_, row) => text(row)),
      cursor: { row: active.cursorY, col: active.cursorX },
      alternate: active.type === 'alternate',
      offset: this.#end,
    }
  }

  /** What xterm.js answers only where there is a window, or not at all; and what it must not keep. */
  #answerMore(): void {
    const { parser } = this.#terminal
    const say = (answer: string): boolean => {
      this.#answers += answer
      return true
    }
    const number = (params: (number | number[])[]): number => (typeof params[0] === 'number' ? params[0] : 0)
    // An answer to it that the line echoes is none: xterm.js would answer that, and so on.
    parser.registerCsiHandler({ prefix: '>', final: 'c' }, (params) => params.length > 1)
    parser.registerCsiHandler({ prefix: '>', final: 'q' }, (params) =>
      say(number(params) === 0 ? versionAnswer : ''),
    )
    parser.registerCsiHandler({ prefix: '=', final: 'c' }, (params) =>
      say(number(params) === 0 ? tertiaryAnswer : ''),
    )
    parser.registerCsiHandler({ prefix: '?', final: 'n' }, (params) =>
      number(params) === 996 ? say(schemeAnswer) : false,
    )
    // Also those that would resize it: the size is the console's.
    parser.registerCsiHandler({ final: 't' }, (params) => say(sizeAnswer(number(params), this.#terminal)))
    parser.registerDcsHandler({ intermediates: '+', final: 'q' }, (names) => say(capabilityAnswer(names)))
    parser.registerOscHandler(4, (data) => say(paletteAnswer(data)))
    for (const first of [10, 11, 12]) {
      parser.registerOscHandler(first, (data) => say(colourAnswer(first, data)))
    }
    // Erasing up to the cursor (ED 1) at the very end reaches for the line behind the last one.
    for (const id of [{ final: 'J' }, { prefix: '?', final: 'J' }]) {
      parser.registerCsiHandler(id, (params) => number(params) === 1 && this.#atVeryEnd())
    }
    // Titles, links: kept by xterm.js, one for each that a device makes up, and of no use here.
    for (const kept of [0, 1, 2, 8]) parser.registerOscHandler(kept, () => true)
  }

  #atVeryEnd(): boolean {
    const { active } = this.#terminal.buffer
    return active.cursorX >= this.#terminal.cols - 1 && active.cursorY + 1 >= active.length
  }
}
