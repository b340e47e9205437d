import type { ScreenSize } from '../../contract/console.ts'
import type { ScreenView } from '../screen/screen.ts'

/**
 * Sequences that leave the cursor where it is: colours, modes, titles, queries, character sets; and erasing to the end of the line or
 * screen, which is all that shells do around a prompt. No part of it can be matched in two ways.
 */
const harmless =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\x1b(?:\[[0-9;:]*m|\[[?>=!]?[0-9;]*[hlnc]|\[>?[0-9;]*[qpu]|\[[0-9;]*t|[\]PX^_][^\x07\x1b]{0,512}(?:\x07|\x1b\\)|[()*+].|[=>78])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const token = /\x1b\[(?<erase>[0-2]?)[KJ]|[\r\n\b\t]|[^\x00-\x1f\x7f]+/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfollowed = /\x1b(?!\[[02]?[KJ])|[\x0b\x0c\x84\x85]/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const alternateOn = /\x1b\[\?(?:47|1047|1049)h/

const decoder = new TextDecoder('utf-8')

/**
 * The screen that the newest bytes of a console leave, made without an emulator: right for what is printed line by line, as prompts are.
 * Undefined when the bytes move the cursor in other ways; the emulator knows then. `end` is the offset behind the bytes.
 */
export function plainScreen(tail: Uint8Array, size: ScreenSize, end: number): ScreenView | undefined {
  const text = decoder.decode(tail)
  if (alternateOn.test(text)) return undefined
  const bare = text.replace(harmless, '')
  if (unfollowed.test(bare)) return undefined
  const page = new Page(size.cols)
  for (const match of bare.matchAll(token)) page.take(match[0], match.groups?.erase)
  const rows = page.lines.slice(-size.rows)
  const row = page.row - (page.lines.length - rows.length)
  while (rows.length < size.rows) rows.push('')
  return {
    size,
    rows: rows.map((line) => line.trimEnd()),
    cursor: { row, col: page.col },
    alternate: false,
    offset: end,
  }
}

/** Lines as they wrap at the right edge. Wide characters count as one column: prompts end where they end all the same. */
class Page {
  readonly lines: string[] = ['']
  readonly #cols: number
  row = 0
  col = 0

  constructor(cols: number) {
    this.#cols = cols
  }

  take(token: string, erase: string | undefined): void {
    if (erase !== undefined) this.#erase(erase)
    else if (token === '\r') this.col = 0
    else if (token === '\n') this.#down()
    else if (token === '\b') this.col = Math.max(0, this.col - 1)
    else if (token === '\t') this.col = Math.min(this.#cols - 1, (Math.floor(this.col / 8) + 1) * 8)
    else for (const letter of token) this.#put(letter)
  }

  #erase(what: string): void {
    const line = this.lines[this.row] ?? ''
    this.lines[this.row] = what === '2' ? '' : line.slice(0, this.col)
  }

  #down(): void {
    this.row += 1
    if (this.row === this.lines.length) this.lines.push('')
  }

  #put(letter: string): void {
    if (this.col >= this.#cols) {
      this.col = 0
      this.#down()
    }
    const line = (this.lines[this.row] ?? '').padEnd(this.col)
    this.lines[this.row] = line.slice(0, this.col) + letter + line.slice(this.col + 1)
    this.col += 1
  }
}
