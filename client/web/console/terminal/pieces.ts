/** As much of xterm's terminal as is used here. */
export interface PieceTerminal {
  readonly modes: { readonly insertMode: boolean }
  write(bytes: Uint8Array, parsed?: () => void): void
}

/**
 * xterm.js looks at the clock only between writes, and what a device makes dear on purpose must not freeze the page. What is dear begins
 * with a control: a piece holds no more of them than 2 KiB of the shortest sequences would.
 */
const most = { bytes: 16 * 1024, controls: 680 }
/** Plain lines may be long. As many as this take no longer than the dearest piece where each moves the widest screen. */
const mostLines = 16 * 1024

const text = 0
/** One more line, or what costs about as much. */
const line = 1
const control = 2

/** C0, or the first byte of C1 in UTF-8 (ECMA-48 section 5; RFC 3629). Back to the margin or on to a tab stop costs no more than a letter. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x0a) return line
  if (byte === 0x0d || byte === 0x09) return text
  return byte < 0x20 || byte === 0xc2 ? control : text
})

/** Writes in pieces that each take a short time whatever they hold. */
export class Pieces {
  readonly #terminal: PieceTerminal
  /** A control in what was written last goes on in what comes, or what it does is not known yet. */
  #goesOn = false

  constructor(terminal: PieceTerminal) {
    this.#terminal = terminal
  }

  /** Something else was written, which may do anything once it is parsed. */
  broken(): void {
    this.#goesOn = true
  }

  /** `parsed` is called when all of this is, which is to be before the next call. */
  write(bytes: Uint8Array, parsed: () => void): void {
    // In insert mode each letter moves all that follow. That it is on is known when what turned it on has been parsed.
    let isPlain = !this.#goesOn && !this.#terminal.modes.insertMode
    let from = 0
    while (from < bytes.length) {
      const end = isPlain ? endOfPlain(bytes, from) : endOfDear(bytes, from)
      if (end === bytes.length) break
      isPlain &&= kinds[bytes[end] ?? 0] !== control || endOfColour(bytes, end) !== undefined
      if (end > from) this.#terminal.write(bytes.subarray(from, end))
      from = end
    }
    this.#goesOn = !isPlain && goesOn(bytes, this.#goesOn)
    this.#terminal.write(bytes.subarray(from), parsed)
  }
}

/** Where text, lines and colours end: before something else, or as many as a piece may have. */
function endOfPlain(bytes: Uint8Array, from: number): number {
  const { buffer, byteOffset } = bytes
  const words = new Int32Array(buffer, 0, (byteOffset + bytes.length) >> 2)
  let lines = 0
  for (let at = from; at < bytes.length; at++) {
    if (((byteOffset + at) & 3) === 0) at = endOfLetters(words, (byteOffset + at) >> 2) * 4 - byteOffset
    if (at === bytes.length) break
    const kind = kinds[bytes[at] ?? 0]
    if (kind === text) continue
    if (lines === mostLines) return at
    lines += 1
    if (kind !== control) continue
    const end = endOfColour(bytes, at)
    if (end === undefined) return at
    at = end - 1
  }
  return bytes.length
}

/** Looks at four bytes at once, since most of a flood is ASCII: where the first four stand of which one may be more than a letter. */
function endOfLetters(words: Int32Array, from: number): number {
  let at = from
  while (at < words.length && isLetters(words[at] ?? 0)) at += 1
  return at
}

/** Less 0x20 a byte has its highest bit if it was under that, or 0xa0 and more. */
const isLetters = (word: number): boolean => ((word - 0x20202020) & 0x80808080) === 0

/** Behind SGR or EL, by which programs colour lines (ECMA-48 sections 8.3.117 and 8.3.41); undefined where something else begins, or is cut. */
function endOfColour(bytes: Uint8Array, from: number): number | undefined {
  if (bytes[from] !== 0x1b || bytes[from + 1] !== 0x5b) return undefined
  let at = from + 2
  while (isParameter(bytes[at])) at += 1
  const final = bytes[at]
  return final === 0x6d || final === 0x4b ? at + 1 : undefined
}

const isParameter = (byte = 0): boolean => byte >= 0x30 && byte <= 0x3b

function endOfDear(bytes: Uint8Array, from: number): number {
  const last = Math.min(bytes.length, from + most.bytes)
  let controls = 0
  for (let at = from; at < last; at++) {
    if (kinds[bytes[at] ?? 0] === text) continue
    if (controls === most.controls) return at
    controls += 1
  }
  return last
}

/** Whether the last control has no final byte yet (ECMA-48 section 5.4), or one that was written before. */
function goesOn(bytes: Uint8Array, before: boolean): boolean {
  const last = bytes.findLastIndex((byte) => kinds[byte] === control)
  return (last >= 0 || before) && bytes.subarray(last + 1).every((byte) => !isFinal(byte))
}

/** The second byte of CSI is none. */
const isFinal = (byte: number): boolean => byte >= 0x40 && byte <= 0x7e && byte !== 0x5b
