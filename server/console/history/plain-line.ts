/** What a line of console output looks like without what a terminal does not show. */
export interface PlainLine {
  /** The bytes that are left. */
  bytes: Buffer
  /** Where the byte at `index` stands in the line as it was printed. */
  rawAt(index: number): number
}

const lf = 0x0a
const cr = 0x0d
const tab = 0x09
const bell = 0x07
const esc = 0x1b
const del = 0x7f

/** Both end a line: what is printed behind a carriage return alone is a line of its own, as in a progress bar. */
export function endsLine(byte: number | undefined): boolean {
  return byte === lf || byte === cr
}

/** Control characters that are no part of plain text. */
export const removed: readonly number[] = [...Array(0x20).keys(), del].filter(
  (byte) => byte !== tab && !endsLine(byte),
)

const isRemoved = new Uint8Array(256)
for (const byte of removed) isRemoved[byte] = 1

/**
 * Takes escape sequences (ECMA-48) and control characters out of a line, which has no line end in it. Bytes from 0x80 on are text,
 * UTF-8 or not.
 */
export function plainLine(raw: Buffer): PlainLine {
  let at = 0
  while (at < raw.length && isRemoved[raw[at] ?? 0] === 0) at++
  if (at === raw.length) return { bytes: raw, rawAt: (index) => index }
  const bytes = Buffer.allocUnsafe(raw.length)
  const places = new Uint32Array(raw.length)
  let length = 0
  for (let from = 0; ; ) {
    for (let index = from; index < at; index++) {
      places[length] = index
      bytes[length++] = raw[index] ?? 0
    }
    if (at === raw.length) break
    from = afterRemoved(raw, at)
    at = from
    while (at < raw.length && isRemoved[raw[at] ?? 0] === 0) at++
  }
  return { bytes: bytes.subarray(0, length), rawAt: (index) => places[index] ?? raw.length }
}

/** Where plain text goes on behind what begins at `at` and is taken out. Never behind the end of the line. */
export function afterRemoved(bytes: Uint8Array, at: number): number {
  let next = at
  while (isRemoved[bytes[next] ?? tab] === 1) {
    next = bytes[next] === esc ? afterEscape(bytes, next + 1) : next + 1
  }
  return next
}

const kind = { '[': 0x5b, ']': 0x5d, P: 0x50, X: 0x58, '^': 0x5e, _: 0x5f, '\\': 0x5c } as const
const strings: ReadonlySet<number | undefined> = new Set([kind[']'], kind.P, kind.X, kind['^'], kind._])

function afterEscape(bytes: Uint8Array, at: number): number {
  if (bytes[at] === kind['['])
    return afterFinal(bytes, skip(bytes, skip(bytes, at + 1, 0x30, 0x3f), 0x20, 0x2f), 0x40)
  if (strings.has(bytes[at])) return afterString(bytes, at + 1)
  return afterFinal(bytes, skip(bytes, at, 0x20, 0x2f), 0x30)
}

function skip(bytes: Uint8Array, from: number, least: number, most: number): number {
  let at = from
  while ((bytes[at] ?? 0) >= least && (bytes[at] ?? 0) <= most) at++
  return at
}

function afterFinal(bytes: Uint8Array, at: number, least: number): number {
  const final = bytes[at] ?? 0
  return final >= least && final < del ? at + 1 : at
}

/** A control string ends with BEL or ST; another escape or the end of the line end it too. */
function afterString(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === bell) return at + 1
    if (byte === esc) return bytes[at + 1] === kind['\\'] ? at + 2 : at
    if (endsLine(byte)) return at
  }
  return bytes.length
}
