import type { Gap } from '../../../server/contract/console.ts'
import type { HistoryMarks } from '../../../server/contract/history.ts'
import { type Line, readLines } from './lines.ts'
import type { Span } from './row.ts'
import { plainStyle, type Style } from './sgr.ts'

/** Bytes that one request asks for: a few screens. */
export const slabBytes = 32 * 1024
/** Lines of one slab; a device that prints only newlines must not fill the page. */
const mostLines = 600

/** A piece of history that is on the page: whole lines, without a hole among them. */
export interface Slab {
  from: number
  to: number
  lines: readonly Line[]
  /** The last line has no end yet. */
  open: boolean
  marks: HistoryMarks['marks']
  gaps: readonly Gap[]
  /** What it was read from, to read it again. */
  source: { bytes: Uint8Array; from: number; style: Style }
  /** The style behind its last line, and where its last line begins. */
  style: Style
  lastStyle: Style
}

interface Piece {
  from: number
  bytes: Uint8Array
  style?: Style
  times: HistoryMarks
  mark: Span | null
  /** Which side is cut when there are too many lines: the one that is farther from what is on the page already. */
  keep: 'first' | 'last'
  /** The piece may begin within a line, which is then left to an earlier one. */
  torn: boolean
}

export function makeSlab({ from, bytes, style = plainStyle, times, mark, keep, torn }: Piece): Slab {
  const source = { bytes, from, style }
  const read = readLines({ ...source, mark })
  const whole = torn && read.lines.length > 1 ? read.lines.slice(1) : read.lines
  const lines = keep === 'first' ? whole.slice(0, mostLines) : whole.slice(-mostLines)
  const first = lines[0]?.from ?? from
  const to = lines.at(-1)?.to ?? from
  const cut = to < from + bytes.length
  return {
    from: first,
    to,
    lines,
    open: read.open && !cut,
    marks: times.marks,
    gaps: times.gaps,
    source,
    style: cut ? plainStyle : read.style,
    lastStyle: cut ? plainStyle : read.lastStyle,
  }
}

/** The same lines with another match marked. */
export function remark(slab: Slab, mark: Span | null): Slab {
  const { lines } = readLines({ ...slab.source, mark })
  return { ...slab, lines: lines.filter(({ from, to }) => from >= slab.from && to <= slab.to) }
}

/** Without its unfinished last line, which is read again when there is more of it. */
export function withoutOpenLine(slab: Slab): Slab {
  const last = slab.lines.at(-1)
  if (!slab.open || last === undefined) return slab
  return { ...slab, lines: slab.lines.slice(0, -1), to: last.from, open: false, style: slab.lastStyle }
}

export type Shown = { kind: 'line'; line: Line; at: number | null } | { kind: 'gap'; gap: Gap }

/** Lines with their times, and gaps at their places. `isEnd`: nothing follows, so a gap behind its last byte is shown too. */
export function shownOf(slab: Slab, isEnd: boolean): Shown[] {
  const gaps = slab.gaps.filter((gap) => belongs(gap, slab, isEnd))
  const shown: Shown[] = []
  let next = 0
  const upTo = (offset: number) => {
    for (let gap = gaps[next]; gap && gap.from <= offset; gap = gaps[next]) {
      shown.push({ kind: 'gap', gap })
      next += 1
    }
  }
  for (const line of slab.lines) {
    upTo(line.from)
    shown.push({ kind: 'line', line, at: timeAt(slab.marks, line.from) })
  }
  upTo(Number.POSITIVE_INFINITY)
  return shown
}

/** Each gap is shown once: by the slab behind a hole, or the one in which it stands. */
function belongs(gap: Gap, { from, to }: Slab, isEnd: boolean): boolean {
  const before = gap.from < from && gap.to === from
  return before || (gap.from >= from && (gap.from < to || (isEnd && gap.from === to)))
}

/** When the byte at `offset` was printed; null before the first mark. Marks are in order. */
function timeAt(marks: HistoryMarks['marks'], offset: number): number | null {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((marks[middle]?.offset ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return marks[low - 1]?.at ?? null
}
