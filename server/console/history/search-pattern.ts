import { isUtf8 } from 'node:buffer'
import { LowerCase } from './lower-case.ts'
import { PlainBlock } from './plain-block.ts'
import { afterRemoved, endsLine, plainLine, removed } from './plain-line.ts'

export interface PatternOptions {
  text: string
  regex: boolean
  matchCase: boolean
}

/** The first match in a line. Offsets are relative to the block. */
export interface LineMatch {
  /** The line without its end. */
  from: number
  to: number
  /** The matching bytes, as they were printed. */
  matchFrom: number
  matchTo: number
  /** The plain line, in three parts. */
  parts: [before: string, match: string, after: string]
}

/** Finds lines in bytes as a console printed them. */
export interface Pattern {
  /** Matching lines of a block that begins and ends with whole lines, the last one first. */
  find(block: Buffer): LineMatch[]
}

/** @throws SyntaxError for what is no regular expression. */
export function createPattern({ text, regex, matchCase }: PatternOptions): Pattern {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (!regex && /^[\x00-\x7f]*$/.test(text)) return new Literal(text, matchCase)
  const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  return new Expression(source, matchCase ? 'u' : 'iu')
}

/**
 * Text in ASCII. Most of history holds no match, so that is found out with the searches for bytes that node has in C++: for the text
 * itself, and for places where something invisible may stand in the middle of it.
 */
class Literal implements Pattern {
  readonly #needle: Buffer
  readonly #matchCase: boolean
  readonly #lowerCase = new LowerCase()
  /** Marks each two bytes that are neighbours in the text. */
  readonly #pairs = new Uint8Array(256 * 256)

  constructor(text: string, matchCase: boolean) {
    this.#needle = Buffer.from(matchCase ? text : text.toLowerCase())
    this.#matchCase = matchCase
    for (let at = 1; at < this.#needle.length; at++) {
      this.#pairs[pair(this.#needle[at - 1], this.#needle[at])] = 1
    }
  }

  find(block: Buffer): LineMatch[] {
    const folded = this.#matchCase ? block : this.#lowerCase.of(block)
    const lines = new Set<number>()
    this.#plainly(folded, lines)
    for (const byte of removed) this.#around(byte, { block, folded, lines })
    const begins = [...lines].sort((a, b) => b - a)
    return begins.flatMap((from) => this.#inLine(block, from) ?? [])
  }

  #plainly(folded: Buffer, lines: Set<number>): void {
    let at = folded.indexOf(this.#needle)
    while (at >= 0) {
      lines.add(lineBegin(folded, at))
      at = folded.indexOf(this.#needle, lineEnd(folded, at + 1))
    }
  }

  #around(byte: number, { block, folded, lines }: Folded): void {
    let at = block.indexOf(byte)
    while (at >= 0) {
      // Sequences are told by their letters as they were printed.
      const next = afterRemoved(block, at)
      if (this.#pairs[pair(folded[at - 1], folded[next])] === 1) lines.add(lineBegin(folded, at))
      at = block.indexOf(byte, next)
    }
  }

  #inLine(block: Buffer, from: number): LineMatch | undefined {
    const to = lineEnd(block, from)
    const { bytes, rawAt } = plainLine(block.subarray(from, to))
    const at = (this.#matchCase ? bytes : this.#lowerCase.of(bytes)).indexOf(this.#needle)
    if (at < 0) return undefined
    const end = at + this.#needle.length
    const text = decoderOf(bytes)
    return {
      from,
      to,
      matchFrom: from + rawAt(at),
      matchTo: from + rawAt(end - 1) + 1,
      parts: [text(bytes.subarray(0, at)), text(bytes.subarray(at, end)), text(bytes.subarray(end))],
    }
  }
}

/** A block, the same without capitals where case does not matter, and where the lines begin that may match. */
interface Folded {
  block: Buffer
  folded: Buffer
  lines: Set<number>
}

/**
 * A regular expression, and text beyond ASCII. Where it matches within a line, it matches in the whole block too, there or earlier; so
 * the block is asked first, and only lines where it says yes are looked into.
 */
class Expression implements Pattern {
  readonly #expression: RegExp
  /** The same over many lines; undefined for what can tell the end of a line from the beginning of the next. */
  readonly #overall: RegExp | undefined

  constructor(source: string, flags: 'u' | 'iu') {
    this.#expression = new RegExp(source, flags)
    this.#overall = /\(\?<?!/.test(source) ? undefined : new RegExp(source, `gm${flags}`)
  }

  find(block: Buffer): LineMatch[] {
    const found: LineMatch[] = []
    for (const from of this.#candidates(block)) {
      const to = lineEnd(block, from)
      const match = to > from ? this.#inLine(block, from, to) : undefined
      if (match !== undefined) found.push(match)
    }
    return found.reverse()
  }

  /** Where lines begin that may match, in their order. */
  *#candidates(block: Buffer): Generator<number> {
    const plain = this.#overall && PlainBlock.of(block)
    if (this.#overall === undefined || plain === undefined) {
      for (let from = 0; from < block.length; from = lineEnd(block, from) + 1) yield from
      return
    }
    const overall = this.#overall
    overall.lastIndex = 0
    for (let match = overall.exec(plain.text); match !== null; match = overall.exec(plain.text)) {
      // A match of nothing but line ends begins where a line ends.
      let end = match.index
      yield lineBegin(block, plain.rawAt(end))
      while (end < plain.text.length && plain.text[end] !== '\n' && plain.text[end] !== '\r') end++
      overall.lastIndex = end + 1
    }
  }

  #inLine(block: Buffer, from: number, to: number): LineMatch | undefined {
    const { bytes, rawAt } = plainLine(block.subarray(from, to))
    const utf8 = isUtf8(bytes)
    const line = utf8 ? bytes.toString() : bytes.toString('latin1')
    const match = this.#expression.exec(line)
    if (match === null) return undefined
    const end = match.index + match[0].length
    const place = (index: number): number => (utf8 ? Buffer.byteLength(line.slice(0, index)) : index)
    const matchFrom = from + rawAt(place(match.index))
    return {
      from,
      to,
      matchFrom,
      matchTo: match[0] === '' ? matchFrom : from + rawAt(place(end) - 1) + 1,
      parts: [line.slice(0, match.index), match[0], line.slice(end)],
    }
  }
}

/** What is not UTF-8 is read as Latin-1, in which every byte is a letter. */
export function decoderOf(bytes: Buffer): (part: Buffer) => string {
  return isUtf8(bytes) ? (part) => part.toString() : (part) => part.toString('latin1')
}

const pair = (first: number | undefined, second: number | undefined): number =>
  ((first ?? 0) << 8) | (second ?? 0)

function lineBegin(block: Buffer, at: number): number {
  let begin = at
  while (begin > 0 && !endsLine(block[begin - 1])) begin--
  return begin
}

function lineEnd(block: Buffer, at: number): number {
  let end = at
  while (end < block.length && !endsLine(block[end])) end++
  return end
}
