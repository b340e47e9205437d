import { eachTime } from './records.ts'

/** Times of bytes, in the order of the stream: the byte at `offsets[n]` was printed at `ats[n]` (wall time, ms). */
export interface TimeMarks {
  offsets: Float64Array
  ats: Float64Array
}

/** The times in a segment's index. What does not fit into its place, as after damage, is left out. */
export function timeMarks(index: Buffer, { start, end }: { start: number; end: number }): TimeMarks {
  const offsets: number[] = []
  const ats: number[] = []
  let last = start
  eachTime(index, (offset, at) => {
    if (!(offset >= last && offset < end)) return
    last = offset
    offsets.push(offset)
    ats.push(at)
  })
  return { offsets: Float64Array.from(offsets), ats: Float64Array.from(ats) }
}

export function marksOf(marks: readonly { offset: number; at: number }[]): TimeMarks {
  return {
    offsets: Float64Array.from(marks, ({ offset }) => offset),
    ats: Float64Array.from(marks, ({ at }) => at),
  }
}

/** Index of the last number that is at most `limit`; -1 when there is none. */
export function lastAtMost(numbers: Float64Array, limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
