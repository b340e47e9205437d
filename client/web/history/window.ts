import type { HistoryMarks } from '../../../server/contract/history.ts'
import { type Failure, toFailure } from '../api/failure.ts'
import type { Span } from './row.ts'
import { makeSlab, remark, type Slab, slabBytes, withoutOpenLine } from './slab.ts'

/** Bytes without a hole, or where something is held again. */
export type Slice =
  | { kind: 'bytes'; from: number; bytes: Uint8Array; end: number; oldest: number }
  | { kind: 'gone' }

/** Where history is read from. Rejects with Failure. */
export interface Source {
  slice(query: { from: number } | { before: number }, limit: number): Promise<Slice>
  marks(from: number, to: number): Promise<HistoryMarks>
  /** The oldest byte held and the end. */
  bounds(): Promise<{ oldest: number; end: number }>
}

export interface WindowState {
  slabs: readonly Slab[]
  oldest: number
  end: number
  /** Null when nothing is under way. */
  loading: 'place' | 'earlier' | 'later' | null
  failure: Failure | null
  /** The match, or the line, that a person was led to. */
  mark: Span | null
  /** Where to look at first, each time somebody goes somewhere. */
  place: { offset: number; serial: number }
  /** The place asked for is not held any more. */
  expired: boolean
}

/** Slabs on the page: 10 MB of history or 10 TB take the same room. */
const mostSlabs = 8
/** What draws a lot on few rows must fill some screens all the same, or what is seen would be let go of. */
const fewRows = 400
const mostSparseSlabs = 64
/** Letters on a row of the page, about. */
const rowLetters = 100
/** Output shown before the place that somebody goes to. */
const leadBytes = slabBytes / 2

/** The part of a console's history that is on the page; it slides. React reads it as a store. */
export class HistoryWindow {
  readonly #source: Source
  readonly #listeners = new Set<() => void>()
  #state: WindowState = {
    slabs: [],
    oldest: 0,
    end: 0,
    loading: null,
    failure: null,
    mark: null,
    place: { offset: 0, serial: 0 },
    expired: false,
  }
  /** Answers to older questions are dropped. */
  #turn = 0

  constructor(source: Source) {
    this.#source = source
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  readonly snapshot = (): WindowState => this.#state

  get atStart(): boolean {
    const [first] = this.#state.slabs
    return first !== undefined && first.from <= this.#state.oldest
  }

  get atEnd(): boolean {
    const last = this.#state.slabs.at(-1)
    return last === undefined || last.to >= this.#state.end
  }

  /** Shows what was printed at an offset, which may have to be found first, or the end. */
  go(where: number | (() => Promise<number | 'end'>) | 'end', mark: Span | null = null): Promise<void> {
    return this.#load('place', async (current) => {
      const offset = typeof where === 'function' ? await where() : where
      const { oldest, end } = await this.#source.bounds()
      const wanted = offset === 'end' ? end : Math.min(offset, end)
      const target = Math.max(wanted, oldest)
      const slabs = await this.#around(target, mark, oldest)
      if (!current()) return
      this.#set({
        slabs,
        oldest,
        end: Math.max(end, this.#state.end),
        mark,
        expired: wanted < oldest,
        place: { offset: target, serial: this.#state.place.serial + 1 },
      })
    })
  }

  /** Marks another match where it is on the page already. */
  mark(mark: Span | null): void {
    this.#set({ mark, slabs: this.#state.slabs.map((slab) => remark(slab, mark)) })
  }

  holds({ from, to }: Span): boolean {
    const { slabs } = this.#state
    return slabs.some((slab) => slab.from <= from && to <= slab.to)
  }

  /** Goes to what is on the page already. */
  show(mark: Span): void {
    this.mark(mark)
    this.#set({ place: { offset: mark.from, serial: this.#state.place.serial + 1 } })
  }

  async earlier(): Promise<void> {
    const [first] = this.#state.slabs
    if (first === undefined || this.#state.loading !== null || this.atStart) return
    await this.#load('earlier', async (current) => {
      const slab = await this.#before(first.from)
      if (!current()) return
      if (slab === null) this.#set({ oldest: first.from })
      else this.#set({ slabs: fitting([slab, ...this.#state.slabs], 'first') })
    })
  }

  async later(): Promise<void> {
    if (this.#state.slabs.length === 0 || this.#state.loading !== null) return
    await this.#load('later', async (current) => {
      const kept = this.#state.slabs.map((slab, at, all) =>
        at === all.length - 1 ? withoutOpenLine(slab) : slab,
      )
      const last = kept.at(-1)
      const slab = last && (await this.#from(last.to, last))
      if (!current() || !slab) return
      this.#set({ slabs: fitting([...kept.filter(({ lines }) => lines.length > 0), slab], 'last') })
    })
  }

  /** The device has printed up to there. */
  grew(end: number): void {
    if (end > this.#state.end) this.#set({ end })
  }

  async #around(target: number, mark: Span | null, oldest: number): Promise<Slab[]> {
    const lead = target > oldest ? await this.#before(target, leadBytes, mark) : null
    // The line that the place stands in begins in the lead, if nothing is missing between them.
    const before = lead && lead.to === target ? withoutOpenLine(lead) : lead
    const next = await this.#from(
      before && lead?.to === target ? before.to : target,
      before ?? undefined,
      mark,
    )
    return [before, next].filter((slab) => slab !== null && slab.lines.length > 0) as Slab[]
  }

  async #before(offset: number, limit = slabBytes, mark = this.#state.mark): Promise<Slab | null> {
    const slice = await this.#source.slice({ before: offset }, limit)
    if (slice.kind === 'gone' || slice.bytes.length === 0) return null
    const { from, bytes, oldest } = slice
    const times = await this.#source.marks(from, from + bytes.length)
    return makeSlab({ from, bytes, times, mark, keep: 'last', torn: from > oldest })
  }

  /** Null when there is nothing more yet. */
  async #from(offset: number, after: Slab | undefined, mark = this.#state.mark): Promise<Slab | null> {
    let from = offset
    let slice = await this.#source.slice({ from }, slabBytes)
    if (slice.kind === 'gone') {
      from = await this.#behindHole(offset)
      slice = await this.#source.slice({ from }, slabBytes)
    }
    if (slice.kind === 'gone' || slice.bytes.length === 0) return null
    this.grew(slice.end)
    const times = await this.#source.marks(slice.from, slice.from + slice.bytes.length)
    const style = after?.to === slice.from ? { style: after.style } : {}
    return makeSlab({ ...slice, ...style, times, mark, keep: 'first', torn: false })
  }

  async #behindHole(offset: number): Promise<number> {
    const { gaps } = await this.#source.marks(offset, offset + 1)
    const { oldest } = await this.#source.bounds()
    return Math.max(oldest, ...gaps.filter(({ from }) => from <= offset).map(({ to }) => to))
  }

  async #load(
    loading: NonNullable<WindowState['loading']>,
    work: (current: () => boolean) => Promise<void>,
  ): Promise<void> {
    const turn = ++this.#turn
    const current = () => turn === this.#turn
    this.#set({ loading, failure: null })
    try {
      await work(current)
      if (current()) this.#set({ loading: null })
    } catch (error) {
      if (current()) this.#set({ loading: null, failure: toFailure(error) })
    }
  }

  #set(change: Partial<WindowState>): void {
    this.#state = { ...this.#state, ...change }
    for (const tell of this.#listeners) tell()
  }
}

/** As many as the page holds, from one side. */
function fitting(slabs: readonly Slab[], keep: 'first' | 'last'): Slab[] {
  const ordered = keep === 'first' ? [...slabs] : [...slabs].reverse()
  let rows = 0
  const kept = ordered.filter((slab, at) => {
    const fits = at < mostSlabs || (rows < fewRows && at < mostSparseSlabs)
    rows += rowsOf(slab)
    return fits
  })
  return keep === 'first' ? kept : kept.reverse()
}

function rowsOf({ lines }: Slab): number {
  const letters = lines.flatMap(({ runs }) => runs).reduce((sum, { text }) => sum + text.length, 0)
  return lines.length + Math.floor(letters / rowLetters)
}
