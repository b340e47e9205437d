import type { HistoryPosition } from '../../contract/history.ts'
import type { SegmentOutline } from './snapshot.ts'
import { lastAtMost, type TimeMarks } from './time-marks.ts'

/** Bytes stand in the index at least once in this time while a device prints. */
export const markMs = 1000

/** A history as it stood at one moment. */
export interface TimelineParts {
  /** Oldest first. */
  segments: readonly SegmentOutline[]
  /** Times that are not on disk yet. */
  pending: TimeMarks
  end: number
  /** Wall time of the newest byte, ms. */
  lastAt: number | null
  marks(segment: SegmentOutline): Promise<TimeMarks>
  /** When the segment's first byte was printed; undefined when nobody knows. */
  first(segment: SegmentOutline): Promise<number | undefined>
}

/** Finds times by offset and offsets by time, reading as few indexes as it can. */
export class Timeline {
  readonly #parts: TimelineParts

  constructor(parts: TimelineParts) {
    this.#parts = parts
  }

  /** Where the first byte printed at `at` or later stands. Where the clock was set back, one such place. */
  async positionAt(at: number): Promise<HistoryPosition> {
    const { end, lastAt } = this.#parts
    if (lastAt === null || at > lastAt) return { offset: end, at: null, exact: true }
    const lists = this.#lists()
    const index = await lastWhere(lists.length, async (n) => ((await lists[n]?.first()) ?? Infinity) <= at)
    for (let n = Math.max(0, index); n < lists.length; n++) {
      const { offsets, ats } = (await lists[n]?.marks()) ?? none
      const last = n === index ? lastAtMost(ats, at) : -1
      const found =
        last >= 0 && at - (ats[last] ?? 0) < markMs && ats[last] !== at ? last : firstFrom(ats, last, at)
      const offset = offsets[found]
      const printed = ats[found]
      if (offset === undefined || printed === undefined) continue
      const expired = n === 0 && found === 0 && at < printed && offset > 0
      return { offset, at: printed, exact: printed >= at && !expired }
    }
    return { offset: end, at: null, exact: true }
  }

  /** When the byte at `offset` was printed. */
  async timeAt(offset: number): Promise<HistoryPosition> {
    const { end, lastAt } = this.#parts
    if (offset >= end) return { offset, at: lastAt, exact: true }
    for (const list of this.#lists().reverse()) {
      if (list.start > offset) continue
      const { offsets, ats } = await list.marks()
      const index = lastAtMost(offsets, offset)
      if (index >= 0) return { offset, at: ats[index] ?? null, exact: offsets[index] === offset }
    }
    return { offset, at: null, exact: false }
  }

  #lists(): MarkList[] {
    const { segments, pending, marks, first } = this.#parts
    const lists = segments.map(
      (segment): MarkList => ({
        start: segment.start,
        marks: () => marks(segment),
        first: () => first(segment),
      }),
    )
    const start = pending.offsets[0]
    if (start === undefined) return lists
    return [...lists, { start, marks: async () => pending, first: async () => pending.ats[0] }]
  }
}

const none: TimeMarks = { offsets: new Float64Array(), ats: new Float64Array() }

interface MarkList {
  start: number
  first(): Promise<number | undefined>
  marks(): Promise<TimeMarks>
}

/** The mark that is at `at`, or the next one: between them nothing was printed for longer than marks are apart. */
function firstFrom(ats: Float64Array, last: number, at: number): number {
  if (ats[last] !== at) return last + 1
  let first = last
  while (ats[first - 1] === at) first--
  return first
}

/** The last number below `count` for which it holds, where it holds for all before it; -1 when it never does. */
async function lastWhere(count: number, holds: (n: number) => Promise<boolean>): Promise<number> {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (await holds(middle)) low = middle + 1
    else high = middle
  }
  return low - 1
}
