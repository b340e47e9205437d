import type { Gap } from '../../contract/console.ts'
import { fitsBehind, type IndexRecord, mostPauses } from './records.ts'

type Kept = Extract<IndexRecord, { kind: 'time' | 'gap' }>
type Time = Extract<IndexRecord, { kind: 'time' }>

/** Records that are worth a write of their own. */
const many = 1024
/** While nothing can be written, old time marks go first: a missing one only makes a time less exact. */
const most = 4096

/** Index records that are not on disk yet, in the order of the stream. */
export class PendingIndex {
  #records: Kept[] = []
  #gaps = 0
  readonly #newest = new OpenTime()

  time(offset: number, at: number): void {
    this.#close()
    this.#newest.open(offset, at)
  }

  /** Output goes on at `offset` after a pause. Noted in the last time's record; where that has no room, in one of its own. */
  pause(offset: number, at: number): void {
    if (!this.#newest.takes(offset, at)) this.time(offset, at)
  }

  gap(gap: Gap): void {
    this.#close()
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
    this.#close()
    return this.#records.flatMap((record) => (record.kind === 'time' ? timesOf(record) : []))
  }

  /** Records of what is on disk or accounted for up to `offset`. A lost span belongs to the segment that begins behind it. */
  upTo(offset: number): readonly IndexRecord[] {
    this.#close()
    this.#splitAt(offset)
    return this.#records.filter((record) =>
      record.kind === 'gap' ? record.gap.to <= offset : record.offset < offset,
    )
  }

  /** These are on disk. */
  written(records: readonly IndexRecord[]): void {
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
    this.#close()
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
    if (record?.kind !== 'time' || record.pauses === undefined || lastOffsetOf(record) < offset) return
    const times = timesOf(record)
    const count = times.findIndex((time) => time.offset >= offset)
    const next = times[count]
    if (next === undefined) return
    const { pauses } = record
    const first = { ...record, pauses: pauses.slice(0, 2 * (count - 1)) }
    const second: Time = { kind: 'time', ...next, pauses: pauses.slice(2 * count) }
    this.#records.splice(index, 1, withoutNone(first), withoutNone(second))
  }

  /** Puts the newest time to the others: nothing is added to it any more. */
  #close(): void {
    const record = this.#newest.close()
    if (record !== undefined) this.#add(record)
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

/**
 * The newest time and its pauses. Each console has one nearly always and adds to it with each line, so that it makes no objects until it
 * is full: those that live for seconds are what the garbage collector has to trace.
 */
class OpenTime {
  #isOpen = false
  #offset = 0
  #at = 0
  #lastOffset = 0
  #lastAt = 0
  readonly #deltas = new Uint16Array(2 * mostPauses)
  #count = 0

  /** The one before is closed. */
  open(offset: number, at: number): void {
    this.#isOpen = true
    this.#offset = offset
    this.#at = at
    this.#lastOffset = offset
    this.#lastAt = at
    this.#count = 0
  }

  /** Adds a pause, if there is a time with room for it. */
  takes(offset: number, at: number): boolean {
    const bytes = offset - this.#lastOffset
    const ms = at - this.#lastAt
    if (!this.#isOpen || this.#count === mostPauses || !fitsBehind(bytes, ms)) return false
    this.#deltas[2 * this.#count] = bytes
    this.#deltas[2 * this.#count + 1] = ms
    this.#count += 1
    this.#lastOffset = offset
    this.#lastAt = at
    return true
  }

  /** Its record, when there is one. */
  close(): Time | undefined {
    if (!this.#isOpen) return undefined
    this.#isOpen = false
    const time: Time = { kind: 'time', offset: this.#offset, at: this.#at }
    if (this.#count > 0) time.pauses = [...this.#deltas].slice(0, 2 * this.#count)
    return time
  }
}

/** Where the last of its pauses stands. */
function lastOffsetOf({ offset, pauses = [] }: Time): number {
  let last = offset
  for (let place = 0; place < pauses.length; place += 2) last += pauses[place] ?? 0
  return last
}

/** The time of a record and those of its pauses. */
function timesOf({ offset, at, pauses = [] }: Time): { offset: number; at: number }[] {
  const times = [{ offset, at }]
  let last = { offset, at }
  for (let place = 0; place < pauses.length; place += 2) {
    const [bytes = 0, ms = 0] = pauses.slice(place, place + 2)
    last = { offset: last.offset + bytes, at: last.at + ms }
    times.push(last)
  }
  return times
}

function withoutNone({ pauses = [], ...time }: Time): Time {
  return pauses.length === 0 ? time : { ...time, pauses }
}

function positionOf(record: Kept): number {
  return record.kind === 'gap' ? record.gap.from : record.offset
}
