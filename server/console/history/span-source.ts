import { blockBytes, DamagedSegment } from './sealed-file.ts'
import { SegmentSource } from './segment-source.ts'
import type { Outline, SegmentOutline, Snapshot } from './snapshot.ts'
import { marksOf, type TimeMarks } from './time-marks.ts'
import { Timeline } from './timeline.ts'

/** A piece of history without a hole, or the news that there is none. */
export type Piece =
  | { kind: 'bytes'; from: number; bytes: Buffer }
  /** Held, but it cannot be read. */
  | { kind: 'damaged'; from: number; to: number; reason: string }

interface Part {
  start: number
  end: number
  block(index: number): Buffer | undefined
}

/** All that is held of one history, for a thread that may wait for the disk. At most one file is open at a time. */
export class SpanSource {
  readonly timeline: Timeline
  readonly #parts: Part[]
  #opened: { segment: SegmentOutline; source: SegmentSource } | undefined
  #marks: { start: number; marks: TimeMarks } | undefined
  #last: { part: Part; index: number; piece: Piece | undefined } | undefined

  constructor(snapshot: Snapshot) {
    const segments = snapshot.segments.map(
      (segment): Part => ({
        start: segment.start,
        end: segment.end,
        block: (index) => this.#source(snapshot.folder, segment).block(index),
      }),
    )
    this.#parts = [...segments, ...snapshot.tail.map(partOfTail)]
    this.timeline = this.#timeline(snapshot)
  }

  /** The last piece that begins before `before`, at most one block; undefined when nothing is held there. */
  pieceBefore(before: number): Piece | undefined {
    const part = this.#parts.findLast(({ start, end }) => start < before && end > start)
    if (part === undefined) return undefined
    const to = Math.min(before, part.end)
    const index = Math.floor((to - 1 - part.start) / blockBytes)
    const whole = this.#block(part, index)
    // Removed because it was old: so is all before it.
    if (whole === undefined) return undefined
    if (whole.kind === 'damaged') return { ...whole, to: Math.min(whole.to, to) }
    return { ...whole, bytes: whole.bytes.subarray(0, to - whole.from) }
  }

  /** At most `max` bytes from `from` that are held and whole. */
  bytesFrom(from: number, max: number): Buffer {
    const found: Buffer[] = []
    let at = from
    while (at < from + max) {
      const part = this.#parts.find(({ start, end }) => start <= at && at < end)
      if (part === undefined) break
      const piece = this.#block(part, Math.floor((at - part.start) / blockBytes))
      if (piece?.kind !== 'bytes') break
      const bytes = piece.bytes.subarray(at - piece.from, from + max - piece.from)
      found.push(bytes)
      at += bytes.length
    }
    return Buffer.concat(found)
  }

  close(): void {
    this.#opened?.source.close()
    this.#opened = undefined
  }

  #block(part: Part, index: number): Piece | undefined {
    const last = this.#last
    if (last?.part === part && last.index === index) return last.piece
    const piece = readPiece(part, index)
    this.#last = { part, index, piece }
    return piece
  }

  #source(folder: string, segment: SegmentOutline): SegmentSource {
    if (this.#opened?.segment !== segment) {
      this.close()
      this.#opened = { segment, source: new SegmentSource(folder, segment) }
    }
    return this.#opened.source
  }

  #timeline({ folder, segments, times, end, lastAt }: Outline): Timeline {
    const marks = async (segment: SegmentOutline): Promise<TimeMarks> => {
      if (this.#marks?.start !== segment.start) {
        const source = this.#source(folder, segment)
        this.#marks = { start: segment.start, marks: source.marks() }
      }
      return this.#marks.marks
    }
    const first = async (segment: SegmentOutline) => (await marks(segment)).ats[0] ?? segment.lastAt
    return new Timeline({ segments, pending: marksOf(times), end, lastAt, marks, first })
  }
}

function partOfTail({ start, bytes }: { start: number; bytes: Uint8Array }): Part {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    start,
    end: start + bytes.length,
    block: (index) => all.subarray(index * blockBytes, (index + 1) * blockBytes),
  }
}

function readPiece(part: Part, index: number): Piece | undefined {
  const from = part.start + index * blockBytes
  const to = Math.min(part.end, from + blockBytes)
  try {
    const block = part.block(index)
    // A segment may hold a little more than what counts of it.
    return block && { kind: 'bytes', from, bytes: block.subarray(0, to - from) }
  } catch (error) {
    if (!(error instanceof DamagedSegment)) throw error
    return { kind: 'damaged', from, to, reason: error.message }
  }
}
