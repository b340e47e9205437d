import { endsLine } from './plain-line.ts'
import type { LineMatch, Pattern } from './search-pattern.ts'
import type { Piece } from './span-source.ts'

/** A longer line is cut, and what stands across the cut is not found. */
export const longestLine = 64 * 1024

export type Found =
  | { kind: 'matches'; from: number; matches: LineMatch[]; searched: number }
  | { kind: 'damaged'; from: number; to: number; reason: string }

export interface SpanSearch {
  pieceBefore(before: number): Piece | undefined
  pattern: Pattern
  from: number
  to: number
}

/**
 * Searches [from, to) from its end to its beginning, a block at a time. Lines are searched whole, wherever blocks and segments are cut.
 * Offsets of matches are relative to the `from` they come with.
 */
export function* searchSpan({ pieceBefore, pattern, from, to }: SpanSearch): Generator<Found> {
  /** The beginning of what was searched last: the end of a line that begins earlier. */
  let rest: Buffer = Buffer.alloc(0)
  let at = to
  const find = (begin: number, bytes: Buffer, searched: number): Found => ({
    kind: 'matches',
    from: begin,
    matches: bytes.length > 0 ? pattern.find(bytes) : [],
    searched,
  })
  while (at > from) {
    const piece = pieceBefore(at)
    if (piece === undefined) break
    if (piece.kind === 'damaged') {
      yield find(at, rest, 0)
      rest = Buffer.alloc(0)
      yield piece
      at = piece.from
      continue
    }
    const pieceEnd = piece.from + piece.bytes.length
    if (pieceEnd < at) {
      // A hole: the line begins behind it.
      yield find(at, rest, 0)
      rest = Buffer.alloc(0)
    }
    const begin = Math.max(piece.from, from)
    const own = piece.bytes.subarray(begin - piece.from)
    const bytes = rest.length > 0 ? Buffer.concat([own, rest]) : own
    const cut = firstWholeLine(bytes)
    rest = bytes.subarray(0, cut)
    yield find(begin + cut, bytes.subarray(cut), own.length)
    at = begin
  }
  yield find(at, rest, 0)
}

/** Where the first line begins whose beginning is surely there; everything when the line before it is too long. */
function firstWholeLine(bytes: Buffer): number {
  for (let at = 0; at < Math.min(bytes.length, longestLine); at++) {
    if (endsLine(bytes[at])) return at + 1
  }
  return bytes.length < longestLine ? bytes.length : 0
}
