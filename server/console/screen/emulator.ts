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
import type { Drawing, ScreenView } from './screen.ts'
import { Sieve } from './sieve.ts'

/** Lines above the screen that a newcomer is given at once. */
export const scrollback = 500
/** A drawing is cut to the screen without its scrollback beyond this many characters, and given up beyond eight times as many. */
const mostDrawn = 256 * 1024
/** The emulator looks at the clock between pieces: of what a device makes dear on purpose, one must not take long. */
const pieceBytes = 512

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

  /** Takes bytes that end at offset `end`. `parsed` is told what they made the terminal answer. */
  write(bytes: Uint8Array, end: number, parsed: (answers: string) => void): void {
    this.#end = end
    const clean = this.#sieve.pass(bytes)
    for (let at = pieceBytes; at < clean.length; at += pieceBytes) {
      this.#terminal.write(clean.subarray(at - pieceBytes, at))
    }
    const last = clean.subarray(Math.floor(Math.max(0, clean.length - 1) / pieceBytes) * pieceBytes)
    this.#terminal.write(last, () => {
      const answers = this.#answers
      this.#answers = ''
      parsed(answers)
    })
  }

  resize(size: ScreenSize): void {
    this.#inTurn(() => {
      this.#sieve.resize(size)
      this.#terminal.resize(size.cols, size.rows)
    })
  }

  /** Draws the screen as it is when everything written so far has been taken in; undefined when that would be too long. */
  draw(done: (drawing: Drawing | undefined) => void): void {
    // What has only begun has drawn nothing yet: whoever gets the drawing gets it from its first byte.
    const offset = this.#end - this.#sieve.unfinished
    this.#inTurn(() => {
      let ansi = drawScreen(this.#terminal, scrollback)
      if (ansi.length > mostDrawn) ansi = drawScreen(this.#terminal, 0)
      done(ansi.length > 8 * mostDrawn ? undefined : { ansi, offset })
    })
  }

  view(done: (view: ScreenView) => void): void {
    const offset = this.#end
    this.#inTurn(() => {
      const { rows, cols, buffer } = this.#terminal
      const { active } = buffer
      done({
        size: { rows, cols },
        rows: Array.from(
          { length: rows },
          (_, row) =>
            active
              .getLine(active.baseY + row)
              ?.translateToString(true)
              .trimEnd() ?? '',
        ),
        cursor: { row: active.cursorY, col: active.cursorX },
        alternate: active.type === 'alternate',
        offset,
      })
    })
  }

  close(): void {
    this.#terminal.dispose()
  }

  /** Everything written before comes first. */
  #inTurn(run: () => void): void {
    this.#terminal.write('', run)
  }

  /** What xterm.js answers only where there is a window, or not at all; and what it must not keep. */
  #answerMore(): void {
    const { parser } = this.#terminal
    const say = (answer: string): boolean => {
      this.#answers += answer
      return true
    }
    const number = (params: (number | number[])[]): number => (typeof params[0] === 'number' ? params[0] : 0)
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
    // Titles, links: kept by xterm.js, one for each that a device makes up, and of no use here.
    for (const kept of [0, 1, 2, 8]) parser.registerOscHandler(kept, () => true)
  }
}
