import type { Step } from '../../../server/console/history/history.ts'
import type { CountedGap } from '../../../server/console/history/recent-gaps.ts'
import { type Item, weaveBytes, weaveHole } from '../../../server/console/history/weave.ts'
import type { Gap } from '../../../server/contract/console.ts'

/** The byte that the model's device prints at an offset. */
export const byteAt = (offset: number): number => (offset * 31 + (offset >> 8)) & 0xff

/** A history as simple as can be: everything in one list, with a line between memory and disk that the test moves. */
export class ModelHistory {
  /** Beyond it nothing may be shown yet. */
  limit = Number.POSITIVE_INFINITY
  memoryStart = 0
  oldest = 0
  gaps: CountedGap[] = []
  /** Times bytes were lent and not given back. */
  lent = 0
  #end = 0
  #reads: (() => void)[] = []

  get end(): number {
    return Math.min(this.#end, this.limit)
  }

  get printed(): number {
    return this.#end
  }

  print(length: number): { chunk: Uint8Array; from: number; visible: boolean } {
    const from = this.end
    const chunk = Uint8Array.from({ length }, (_, index) => byteAt(this.#end + index))
    this.#end += length
    return { chunk, from, visible: this.#end <= this.limit }
  }

  gap(bytes: number): CountedGap {
    const from = this.#end
    this.#end += bytes
    const gap: Gap = {
      from,
      to: this.#end,
      startedAt: 1,
      endedAt: this.gaps.length,
      cause: 'lost-by-transport',
    }
    const counted = { seq: this.gaps.length + 1, gap }
    this.gaps.push(counted)
    return counted
  }

  /** Memory lets go of everything before a place. */
  evict(part: number): void {
    this.memoryStart += Math.floor((this.#end - this.memoryStart) * part)
  }

  /** The disk lets go of a part of what memory has let go of. */
  expire(part: number): void {
    this.oldest += Math.floor((this.memoryStart - this.oldest) * part)
  }

  next(position: number, told: number, max: number): Step {
    const { end } = this
    if (position < this.memoryStart && position < end) return { kind: 'disk' }
    const counted = this.gaps.find(({ gap, seq }) => gap.from >= position && seq > told)
    if (counted !== undefined && counted.gap.from <= position && counted.gap.to <= end) {
      return { kind: 'gap', counted }
    }
    const upTo = Math.min(end, counted?.gap.from ?? end)
    if (position >= upTo) return { kind: 'live' }
    const bytes = this.#bytes(position, Math.min(upTo, position + max))
    if (bytes.length === 0 && max > 0) return { kind: 'disk' }
    this.lent += 1
    const release = (): void => {
      this.lent -= 1
    }
    return { kind: 'bytes', bytes, release }
  }

  fetch(position: number, max: number): Promise<Item[]> {
    return new Promise((resolve) => this.#reads.push(() => resolve(this.#items(position, max))))
  }

  /** Lets the disk answer. */
  answer(): void {
    for (const read of this.#reads.splice(0)) read()
  }

  #items(position: number, max: number): Item[] {
    const gaps = this.gaps.map(({ gap }) => gap)
    const unexplained: Gap = { from: 0, to: 0, startedAt: 0, endedAt: 0, cause: 'expired' }
    if (position < this.oldest) return weaveHole(position, this.oldest, [], unexplained)
    const hole = gaps.find(({ from, to }) => from <= position && to > position)
    if (hole !== undefined) return weaveHole(position, Math.min(hole.to, this.end), gaps, unexplained)
    const upTo = Math.min(
      this.end,
      position + max,
      ...gaps.filter(({ from, to }) => from > position && to > from).map(({ from }) => from),
    )
    return weaveBytes(position, this.#bytes(position, upTo), gaps)
  }

  #bytes(from: number, to: number): Uint8Array {
    const hole = this.gaps.find(({ gap }) => gap.to > from && gap.from < to && gap.to > gap.from)
    const end = hole === undefined ? to : Math.max(from, Math.min(to, hole.gap.from))
    return Uint8Array.from({ length: Math.max(0, end - from) }, (_, index) => byteAt(from + index))
  }
}
