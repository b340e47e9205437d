import type { Gap } from '../../contract/console.ts'
import type { HistoryMarks, HistoryOverview, HistoryPosition } from '../../contract/history.ts'
import { limits } from '../../contract/limits.ts'
import { loadIndex } from './index-file.ts'
import type { Outline, SegmentOutline } from './snapshot.ts'
import { lastAtMost, marksOf, type TimeMarks, timeMarks } from './time-marks.ts'
import { Timeline } from './timeline.ts'

/** Indexes that stay in memory: what one time line goes through one after the other. */
const mostKept = 3

export interface PlacesOptions {
  outline(): Outline
  gapsIn(from: number, to: number): Promise<Gap[]>
}

export interface OverviewQuery {
  /** Wall time, ms; by default of the oldest and newest byte. */
  since: number | undefined
  until: number | undefined
  buckets: number
}

/** Finds places in one history by time. Rejects as system calls do. */
export class Places {
  readonly #options: PlacesOptions
  readonly #kept = new Map<string, TimeMarks>()
  /** When each segment's first byte was printed, by its offset. */
  readonly #firsts = new Map<number, number>()

  constructor(options: PlacesOptions) {
    this.#options = options
  }

  positionAt(at: number): Promise<HistoryPosition> {
    return this.#timeline().positionAt(at)
  }

  timeAt(offset: number): Promise<HistoryPosition> {
    return this.#timeline().timeAt(offset)
  }

  /** The times of bytes in [from, to), in the order of the stream. */
  async timesIn(from: number, to: number): Promise<{ offset: number; at: number }[]> {
    const { folder, segments, times } = this.#options.outline()
    const found: { offset: number; at: number }[] = []
    for (const segment of segments.filter(({ start, end }) => start < to && end > from)) {
      const { offsets, ats } = await this.#marks(folder, segment)
      for (let n = lastAtMost(offsets, from - 1) + 1; (offsets[n] ?? to) < to; n++) {
        found.push({ offset: offsets[n] ?? to, at: ats[n] ?? 0 })
      }
    }
    const last = found.at(-1)?.offset ?? from - 1
    return [...found, ...times.filter(({ offset }) => offset > last && offset < to)]
  }

  /** Times and gaps of [from, to), with the time of its first byte and the gaps at both its ends. */
  async marksIn(from: number, to: number): Promise<HistoryMarks> {
    const { at } = await this.timeAt(from)
    const times = await this.timesIn(from, to)
    const isMarked = times[0]?.offset === from || at === null
    const gaps = await this.#options.gapsIn(Math.max(0, from - 1), to + 1)
    return {
      marks: isMarked ? times : [{ offset: from, at }, ...times],
      gaps: gaps.filter((gap) => gap.to >= from && gap.from <= to),
    }
  }

  /** At most `limit` bytes that end at `before`, or at the hole there. Nothing is missing among them. */
  async spanBefore(before: number, limit: number): Promise<{ from: number; to: number }> {
    const { oldest } = this.#options.outline()
    for (let to = before; ; ) {
      const from = Math.max(Math.min(oldest, to), to - limit)
      const gaps = await this.#options.gapsIn(from, to)
      const hole = gaps.findLast((gap) => gap.to > gap.from)
      if (hole === undefined) return { from, to }
      if (hole.to < to) return { from: Math.max(from, hole.to), to }
      to = hole.from
    }
  }

  async overview({ since, until, buckets: count }: OverviewQuery): Promise<HistoryOverview> {
    const { oldest, end } = this.#options.outline()
    const timeline = this.#timeline()
    const first = await timeline.timeAt(oldest)
    const last = await timeline.timeAt(end)
    const begin = since ?? first.at
    // The newest byte belongs to the last bucket.
    const finish = until ?? (last.at === null ? null : last.at + 1)
    if (begin === null || finish === null || finish <= begin)
      return { first, last, buckets: [], gaps: [], moreGaps: false }
    const buckets = await bucketsOf(timeline, { begin, finish, count, end })
    const gaps = await this.#gaps(buckets)
    return {
      first,
      last,
      buckets,
      gaps: gaps.slice(-limits.overviewGaps),
      moreGaps: gaps.length > limits.overviewGaps,
    }
  }

  async #gaps(buckets: Bucket[]): Promise<Gap[]> {
    const first = buckets[0]
    const last = buckets.at(-1)
    if (first === undefined || last === undefined) return []
    const gaps = await this.#options.gapsIn(first.from, last.from + last.bytes + 1)
    return gaps.filter(({ startedAt, endedAt }) => endedAt >= first.since && startedAt <= last.until)
  }

  #timeline(): Timeline {
    const { folder, segments, times, end, lastAt } = this.#options.outline()
    return new Timeline({
      segments,
      pending: marksOf(times),
      end,
      lastAt,
      marks: (segment) => this.#marks(folder, segment),
      first: (segment) => this.#first(folder, segment),
    })
  }

  async #first(folder: string, segment: SegmentOutline): Promise<number | undefined> {
    const known = this.#firsts.get(segment.start)
    if (known !== undefined) return known
    const first = (await this.#marks(folder, segment)).ats[0]
    if (first !== undefined) this.#firsts.set(segment.start, first)
    return first ?? segment.lastAt
  }

  async #marks(folder: string, segment: SegmentOutline): Promise<TimeMarks> {
    const key = `${segment.start} ${segment.end} ${segment.indexBytes}`
    const kept = this.#kept.get(key) ?? timeMarks(await loadIndex(folder, segment), segment)
    // Taken out and put back: the oldest entry of a Map is the one used longest ago.
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break
      this.#kept.delete(oldest)
    }
    return kept
  }
}

type Bucket = HistoryOverview['buckets'][number]

async function bucketsOf(
  timeline: Timeline,
  { begin, finish, count, end }: { begin: number; finish: number; count: number; end: number },
): Promise<Bucket[]> {
  const width = Math.max(1, Math.ceil((finish - begin) / count))
  const buckets: Bucket[] = []
  let from = Math.min(end, (await timeline.positionAt(begin)).offset)
  for (let since = begin; since < finish; since += width) {
    const until = Math.min(finish, since + width)
    // A clock that was set back makes times that lie before those before them.
    const next = Math.max(from, Math.min(end, (await timeline.positionAt(until)).offset))
    buckets.push({ since, until, from, bytes: next - from })
    from = next
  }
  return buckets
}
