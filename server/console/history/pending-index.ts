import type { Gap } from '../../contract/console.ts'
import { fitsBehind, type IndexRecord, mostPauses } from './records.ts'

type Kept = Extract<IndexRecord, { kind: 'time' | 'gap' }>

/** Records that are worth a write of their own. */
const many = 1024
/** While nothing can be written, old time marks go first: a missing one only makes a time less exact. */
const most = 4096

/** Index records that are not on disk yet, in the order of the stream. */
export class PendingIndex {
  #records: Kept[] = []
  #gaps = 0
  /** The last that is being written: it stays as it is. */
  #taken: Kept | undefined

  time(offset: number, at: number): void {
    this.#add({ kind: 'time', offset, at })
  }

  /** Output goes on at `offset` after a pause. Noted in the last time's record; where that has no room, in one of its own. */
  pause(offset: number, at: number): void {
    const last = this.#records.at(-1)
    if (last?.kind === 'time' && last !== this.#taken) {
      last.pauses ??= []
      const before = last.pauses.at(-1) ?? last
      const pause = { offset, at }
      if (last.pauses.length < mostPauses && fitsBehind(before, pause)) {
        last.pauses.push(pause)
        return
      }
    }
    this.time(offset, at)
  }

  gap(gap: Gap): void {
    this.#gaps += 1
    this.#add({ kind: 'gap', gap })
  }

  get hasGaps(): boolean {
    return this.#gaps > 0
  }

  get full(): boolean {
    return this.#records.length >= many
  }

  get gaps(): Gap[] {
    return this.#records.flatMap((record) => (record.kind === 'gap' ? [record.gap] : []))
  }

  /** Times that are not on disk, in the order of the stream. */
  get times(): { offset: number; at: number }[] {
    return this.#records.flatMap((record) =>
      record.kind === 'time' ? [{ offset: record.offset, at: record.at }, ...(record.pauses ?? [])] : [],
    )
  }

  /** Records of what is on disk or accounted for up to `offset`. A lost span belongs to the segment that begins behind it. */
  upTo(offset: number): readonly IndexRecord[] {
    this.#splitAt(offset)
    const records = this.#records.filter((record) =>
      record.kind === 'gap' ? record.gap.to <= offset : record.offset < offset,
    )
    this.#taken = records.at(-1)
    return records
  }

  /** These are on disk. */
  written(records: readonly IndexRecord[]): void {
    this.#taken = undefined
    // Nearly always they are all there is.
    if (records.length === this.#records.length && records.at(-1) === this.#records.at(-1)) {
      this.#records = []
      this.#gaps = 0
      return
    }
    const done = new Set(records)
    this.#records = this.#records.filter((record) => !done.has(record))
    this.#count()
  }

  /** Puts `lost` in place of what is known of that span, except gaps that are told already. */
  jump(lost: Gap): void {
    const before = this.#records.filter((record) => positionOf(record) < lost.from)
    const after = this.#records.filter((record) => positionOf(record) >= lost.to)
    const told = this.gaps.filter(({ from }) => from >= lost.from && from < lost.to)
    const gaps: Gap[] = []
    let at = lost.from
    for (const gap of told) {
      if (gap.from > at) gaps.push({ ...lost, from: at, to: gap.from })
      gaps.push(gap)
      at = Math.max(at, gap.to)
    }
    if (at < lost.to) gaps.push({ ...lost, from: at })
    const inserted = gaps.map((gap): Kept => ({ kind: 'gap', gap }))
    this.#records = [...before, ...inserted, ...after]
    this.#count()
  }

  /** Pauses behind `offset` get a record of their own: they may come to stand in another segment. */
  #splitAt(offset: number): void {
    const index = this.#records.findLastIndex((record) => positionOf(record) < offset)
    const record = this.#records[index]
    if (record?.kind !== 'time' || record.pauses === undefined) return
    const count = record.pauses.findIndex((pause) => pause.offset >= offset)
    const [first, ...pauses] = count < 0 ? [] : record.pauses.splice(count)
    if (first !== undefined) this.#records.splice(index + 1, 0, { kind: 'time', ...first, pauses })
  }

  #add(record: Kept): void {
    this.#records.push(record)
    if (this.#records.length <= most) return
    const oldest = this.#records.findIndex(({ kind }) => kind === 'time')
    this.#records.splice(Math.max(0, oldest), 1)
    this.#count()
  }

  #count(): void {
    this.#gaps = this.#records.reduce((count, { kind }) => count + (kind === 'gap' ? 1 : 0), 0)
  }
}

function positionOf(record: Kept): number {
  return record.kind === 'gap' ? record.gap.from : record.offset
}
