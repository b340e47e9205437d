import { Row, type Run, rowMax, type Span } from './row.ts'
import { plainStyle, type Style, select } from './sgr.ts'
import { readCharacter } from './utf8.ts'

/** One line of output, as it stood when the device went on to the next. */
export interface Line {
  /** Offset of its first byte, and behind its last, the newline. */
  from: number
  to: number
  runs: Run[]
}

export interface Lines {
  lines: Line[]
  /** How the text goes on behind the last line, and how it was where the last line begins. */
  style: Style
  lastStyle: Style
  /** The last line has no end yet. */
  open: boolean
}

interface Reading {
  bytes: Uint8Array
  /** Offset of the first byte. */
  from: number
  style?: Style
  /** What to mark, by offsets. */
  mark?: Span | null
}

/**
 * What was printed, line by line, with its colours. A terminal of any width and one row: what is written over is gone, what a full-screen program draws
 * stands in the order in which it was drawn. Nothing of it can be more than text.
 */
export function readLines(reading: Reading): Lines {
  return new LineReader(reading).read()
}

const esc = 0x1b
/** Parameters of one sequence; more is not a terminal's language. */
const mostParameters = 32

/** ESC ( 0: the line drawing characters of the VT100, from ` to ~. */
const drawing = '◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·'

class LineReader {
  readonly #bytes: Uint8Array
  readonly #from: number
  readonly #mark: Span | null
  readonly #lines: Line[] = []
  #row = new Row()
  #style: Style
  #lineStyle: Style
  #lastStyle: Style
  #at = 0
  #lineFrom: number
  #draws = [false, false]
  #charset = 0

  constructor({ bytes, from, style = plainStyle, mark = null }: Reading) {
    this.#bytes = bytes
    this.#from = from
    this.#style = style
    this.#lineStyle = style
    this.#lastStyle = style
    this.#mark = mark
    this.#lineFrom = from
  }

  read(): Lines {
    while (this.#at < this.#bytes.length) this.#step()
    const open = this.#lineFrom < this.#from + this.#bytes.length
    if (open) this.#end()
    return { lines: this.#lines, style: this.#style, lastStyle: this.#lastStyle, open }
  }

  #step(): void {
    const { code, length } = readCharacter(this.#bytes, this.#at)
    const at = this.#from + this.#at
    this.#at += length
    if (code === esc) this.#escape()
    else if (code < 0x20) this.#control(code)
    else if (code > 0x7e && /[\p{Cc}\p{Bidi_Control}]/u.test(String.fromCodePoint(code))) return
    else if (code > 0x2ff && /[\p{M}\p{Cf}]/u.test(String.fromCodePoint(code)))
      this.#row.combine(String.fromCodePoint(code))
    else this.#print(code, at)
  }

  #print(code: number, at: number): void {
    const drawn = this.#draws[this.#charset] && code >= 0x60 && code <= 0x7e
    this.#row.put(drawn ? (drawing[code - 0x60] ?? ' ') : String.fromCodePoint(code), this.#style, at)
    if (this.#row.length >= rowMax) this.#end()
  }

  #control(code: number): void {
    if (code === 0x0a || code === 0x0b || code === 0x0c) this.#end()
    if (code === 0x0d) this.#row.moveTo(0)
    if (code === 0x08) this.#row.move(-1)
    if (code === 0x09) this.#row.tab()
    if (code === 0x0e) this.#charset = 1
    if (code === 0x0f) this.#charset = 0
  }

  #escape(): void {
    const kind = this.#bytes[this.#at]
    if (kind === undefined) return
    this.#at += 1
    const letter = String.fromCharCode(kind)
    if (letter === '[') this.#sequence()
    else if (letter === ']' || letter === 'P' || letter === 'X' || letter === '^' || letter === '_')
      this.#skipString()
    else if (letter === '(' || letter === ')') {
      this.#draws[letter === '(' ? 0 : 1] = this.#bytes[this.#at] === 0x30
      this.#at += 1
    } else if (letter === 'c') this.#style = plainStyle
    else if (letter === 'D' || letter === 'E' || letter === 'M') this.#breakLine()
    else if (kind < 0x30) this.#at += 1
  }

  /** Up to BEL or ST; a line's end too, so that a torn one costs a line and not the rest. */
  #skipString(): void {
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at]
      if (byte === 0x0a) return
      if (byte === 0x07 || byte === 0x9c) break
      if (byte === esc && this.#bytes[this.#at + 1] === 0x5c) {
        this.#at += 1
        break
      }
    }
    this.#at += 1
  }

  #sequence(): void {
    const start = this.#at
    while (isParameter(this.#bytes[this.#at])) this.#at += 1
    const final = this.#bytes[this.#at]
    if (final === undefined) return
    // A control character within a sequence is carried out as if it stood before it; here it ends what is torn.
    if (final < 0x40 || final > 0x7e) return
    this.#at += 1
    const text = String.fromCharCode(...this.#bytes.subarray(start, Math.min(this.#at - 1, start + 128)))
    if (/^[<=>?]/.test(text)) return
    const parameters = text.split(/[;:]/, mostParameters).map((part) => Number.parseInt(part, 10) || 0)
    this.#act(String.fromCharCode(final), parameters)
  }

  #act(final: string, parameters: readonly number[]): void {
    const [first = 0] = parameters
    const count = Math.min(rowMax, Math.max(1, first))
    const row = this.#row
    if (final === 'm') this.#style = select(this.#style, parameters)
    else if (final === 'K') row.erase(first)
    else if (final === 'C' || final === 'a') row.move(count)
    else if (final === 'D') row.move(-count)
    else if (final === 'G' || final === '`') row.moveTo(count - 1)
    else if (final === 'P') row.remove(count)
    else if (final === '@') row.insert(count)
    else if (final === 'X') row.blank(count)
    else if (final === 'H' || final === 'f') {
      this.#breakLine()
      this.#row.moveTo(Math.max(1, parameters[1] ?? 1) - 1)
    } else if ('ABEFdJLMST'.includes(final)) this.#breakLine()
  }

  /** To another row of the screen: here it is the next line, if there is anything on this one. */
  #breakLine(): void {
    if (this.#row.isBlank) this.#row = new Row()
    else this.#end()
  }

  #end(): void {
    // A sequence that the bytes end in has been read beyond them.
    const to = this.#from + Math.min(this.#at, this.#bytes.length)
    this.#lines.push({ from: this.#lineFrom, to, runs: this.#row.runs(this.#mark, plainStyle) })
    this.#row = new Row()
    this.#lastStyle = this.#lineStyle
    this.#lineStyle = this.#style
    this.#lineFrom = to
  }
}

const isParameter = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x20 && byte < 0x40
