import type { Log } from '../../base/log.ts'
import type { Gap } from '../../contract/console.ts'
import { GapCache } from './gap-cache.ts'
import type { Lent, Memory } from './memory.ts'
import type { PendingIndex } from './pending-index.ts'
import { Reader } from './reader.ts'
import type { Segments } from './segments.ts'
import type { Slabs } from './slabs.ts'
import type { HistorySlice } from './slice.ts'
import { type Item, weaveBytes, weaveHole } from './weave.ts'

export interface ArchiveOptions {
  folder: string
  log: Log
  segments: Segments
  memory: Memory
  slabs: Slabs
  pending: PendingIndex
  /** Position after the last byte that may be shown. */
  end(): number
  /** What to say of a hole that no record explains; `from` and `to` are filled in. */
  unexplained(position: number): Gap
}

/** Reads back what a console printed, from memory and disk. */
export class Archive {
  readonly #options: ArchiveOptions
  readonly #reader: Reader
  readonly #gaps: GapCache

  constructor(options: ArchiveOptions) {
    this.#options = options
    this.#reader = new Reader(options)
    this.#gaps = new GapCache(options.folder)
  }

  /** Where the oldest byte stands that is still held. */
  get oldest(): number {
    const { segments, memory } = this.#options
    return Math.min(segments.first?.start ?? memory.start, memory.start)
  }

  /** Whether the byte at `position` is gone because it was old: only what has been on disk can have expired. */
  hasExpired(position: number): boolean {
    const first = this.#options.segments.first
    return first !== undefined && position < this.oldest
  }

  /** What stands at `position` on disk: at most `max` bytes and the gaps among them, or the hole there. Empty at the end. */
  async fetch(position: number, max: number): Promise<Item[]> {
    const { memory, end, unexplained } = this.#options
    const upTo = Math.min(max, end() - position)
    if (upTo <= 0) return []
    const span = await this.#reader.read(position, upTo, memory.nextHeld(position))
    if (span.kind === 'bytes') {
      const gaps = await this.gapsIn(position, position + span.length)
      let at = position
      return span.parts.flatMap(({ bytes, release }) => {
        const items = weaveBytes(at, bytes, gaps, release)
        at += bytes.length
        return items
      })
    }
    const to = Math.min(span.end, end())
    return weaveHole(position, to, await this.gapsIn(position, to), unexplained(position))
  }

  /** Gaps that stand in [from, to) or reach into it, in the order of the stream. */
  async gapsIn(from: number, to: number): Promise<Gap[]> {
    const { pending, segments } = this.#options
    // First what is not on disk yet: the other way round a gap could slip through between both looks.
    const unwritten = pending.gaps
    const recorded: Gap[] = []
    for (const segment of segments.touching(from, to)) recorded.push(...(await this.#gaps.of(segment)))
    const known = new Map<string, Gap>()
    for (const gap of [...recorded, ...unwritten]) {
      if (gap.from < to && (gap.from >= from || gap.to > from)) known.set(JSON.stringify(gap), gap)
    }
    return [...known.values()].sort((a, b) => a.from - b.from)
  }

  /** Bytes without a gap from `from`, at most `limit`; without `from` the last `limit`. `from` must not be beyond the end. */
  async read(from: number | undefined, limit: number): Promise<HistorySlice> {
    const slice = await this.#slice(from ?? Math.max(this.oldest, this.#options.end() - limit), limit)
    // The tail was asked for, not this very offset: it begins behind what was lost.
    return from === undefined && slice.kind === 'gone' ? this.#slice(slice.heldFrom, limit) : slice
  }

  async #slice(from: number, limit: number): Promise<HistorySlice> {
    const { end } = this.#options
    const parts: Lent[] = []
    let at = from
    while (at < end() && at - from < limit) {
      const found = await this.#piece(at, Math.min(limit - (at - from), end() - at))
      if (typeof found === 'number') {
        if (parts.length === 0) return { kind: 'gone', heldFrom: Math.min(found, end()), end: end() }
        break
      }
      for (const part of found) {
        parts.push(part)
        at += part.bytes.length
      }
    }
    const bytes = Buffer.concat(parts.map((part) => part.bytes))
    for (const part of parts) part.release()
    return { kind: 'bytes', from, bytes, end: end() }
  }

  /** Bytes, or the offset at which something is held again. */
  async #piece(at: number, max: number): Promise<Lent[] | number> {
    const { memory } = this.#options
    const lent = memory.lend(at, max)
    if (lent !== undefined) return [lent]
    const span = await this.#reader.read(at, max, memory.nextHeld(at))
    return span.kind === 'bytes' ? span.parts : span.end
  }
}
