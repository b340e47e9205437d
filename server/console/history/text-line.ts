import { isUtf8 } from 'node:buffer'
import { seenText } from '../plain-text.ts'

/** Columns beyond this are not moved to: what is printed there comes by printing. */
const mostMoved = 500

/** Escape sequences as in ../plain-text.ts; a control sequence gives its parameters and its last letter. */
const tokens =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\x1b(?:\[([0-?]*)[ -/]*([@-~]?)|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)|[\r\b]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const moving = /[\x1b\b]|\r(?!\r*$)/

/**
 * One line (without its LF) as it stood on a screen in the end: what was printed over is gone, as in a progress bar or a command line
 * that was edited. Bytes that are not UTF-8 are read as Latin-1.
 */
export function textLine(raw: Buffer): string {
  const text = isUtf8(raw) ? raw.toString() : raw.toString('latin1')
  return seenText(moving.test(text) ? new Cells().play(text) : text).replaceAll('\r', '')
}

class Cells {
  readonly #cells: string[] = []
  #at = 0

  play(text: string): string {
    let from = 0
    for (const token of text.matchAll(tokens)) {
      this.#print(text.slice(from, token.index))
      from = token.index + token[0].length
      if (token[0] === '\r') this.#at = 0
      else if (token[0] === '\b') this.#at = Math.max(0, this.#at - 1)
      else if (token[2]) this.#control(token[2], Number.parseInt(token[1] ?? '', 10) || 0)
    }
    this.#print(text.slice(from))
    return this.#cells.join('').trimEnd()
  }

  #print(text: string): void {
    for (const character of seenText(text)) this.#cells[this.#at++] = character
  }

  /** Control sequences within a line (ECMA-48: CUF, CUB, CHA, EL, DCH, ICH); all others are left out. */
  #control(letter: string, parameter: number): void {
    const count = Math.min(mostMoved, Math.max(1, parameter))
    if (letter === 'C') this.#move(this.#at + count)
    else if (letter === 'D') this.#move(this.#at - count)
    else if (letter === 'G') this.#move(count - 1)
    else if (letter === 'K') this.#erase(parameter)
    else if (letter === 'P') this.#cells.splice(this.#at, count)
    else if (letter === '@' && this.#at < this.#cells.length)
      this.#cells.splice(this.#at, 0, ...blanks(count))
  }

  #move(to: number): void {
    this.#at = Math.max(0, Math.min(to, Math.max(mostMoved, this.#cells.length)))
    while (this.#cells.length < this.#at) this.#cells.push(' ')
  }

  #erase(what: number): void {
    if (what === 0) this.#cells.length = Math.min(this.#cells.length, this.#at)
    else for (let at = 0; at < (what === 1 ? this.#at + 1 : this.#cells.length); at++) this.#cells[at] = ' '
  }
}

const blanks = (count: number): string[] => Array.from({ length: count }, () => ' ')
