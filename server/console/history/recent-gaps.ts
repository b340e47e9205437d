import type { Gap } from '../../contract/console.ts'

/** Counts gaps in the order they were recorded: two may stand at one offset, and each is told once. */
export interface CountedGap {
  seq: number
  gap: Gap
}

/** A line that flaps on a silent console records a gap each minute at one offset. */
const most = 256

/** The gaps that stand within memory. */
export class RecentGaps {
  #list: CountedGap[] = []
  #seq = 0

  add(gap: Gap): CountedGap {
    const counted = { seq: ++this.#seq, gap }
    this.#list.push(counted)
    if (this.#list.length > most) this.#joinOldest()
    return counted
  }

  /** The first gap at or after `offset` that was recorded after `seq`. */
  after(offset: number, seq: number): CountedGap | undefined {
    return this.#list.find((counted) => counted.gap.from >= offset && counted.seq > seq)
  }

  /** Forgets gaps that stand before `offset`. */
  dropBefore(offset: number): void {
    if ((this.#list[0]?.gap.from ?? offset) >= offset) return
    this.#list = this.#list.filter(({ gap }) => gap.from >= offset)
  }

  /** Makes one of two gaps at one offset: between them nothing was printed. Where none can be joined, the list grows with the stream. */
  #joinOldest(): void {
    const index = this.#list.findIndex(({ gap }, at) => {
      const next = this.#list[at + 1]?.gap
      return next !== undefined && next.from === gap.to && gap.from === gap.to && next.cause === gap.cause
    })
    const [first, second] = this.#list.slice(index, index + 2)
    if (index < 0 || first === undefined || second === undefined) return
    const gap: Gap = { ...second.gap, startedAt: first.gap.startedAt }
    this.#list.splice(index, 2, { seq: second.seq, gap })
  }
}
