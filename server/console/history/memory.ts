import { floodBytes, largestBytes, type Slab, type Slabs, slabOf } from './slabs.ts'

interface Page {
  from: number
  slab: Slab
  start: number
  length: number
  /** Monotonic ms of the first byte. */
  at: number
}

/** Bytes that stay as they are until they are given back. */
export interface Lent {
  bytes: Uint8Array
  /** They are not looked at any more. Called again, it does nothing. */
  release(): void
}

/** The hot end of a history: the newest bytes in memory, by absolute offset. Spans that were lost have no page. */
export class Memory {
  readonly #slabs: Slabs
  #pages: Page[] = []
  #slab: Slab | undefined
  #end: number
  #held = 0

  constructor(end: number, slabs: Slabs) {
    this.#end = end
    this.#slabs = slabs
  }

  /** Offset of the first byte held; `end` when nothing is. */
  get start(): number {
    return this.#pages[0]?.from ?? this.#end
  }

  get end(): number {
    return this.#end
  }

  /** Bytes held. */
  get held(): number {
    return this.#held
  }

  /** When the first byte held was printed, monotonic ms. */
  get oldestAt(): number {
    return this.#pages[0]?.at ?? Number.POSITIVE_INFINITY
  }

  /** Length of the oldest page. */
  get oldestLength(): number {
    return this.#pages[0]?.length ?? 0
  }

  /** Offset at which the oldest page ends. */
  get oldestEnd(): number {
    return this.start + this.oldestLength
  }

  append(chunk: Uint8Array, at: number): void {
    for (let done = 0; done < chunk.length; ) {
      const slab = this.#slabFor(chunk.length - done, at)
      const room = slab.bytes.length - slab.used
      const part = done === 0 && chunk.length <= room ? chunk : chunk.subarray(done, done + room)
      this.#copy(part, slab, at)
      done += part.length
    }
  }

  /** Leaves out bytes that were lost before they reached us. */
  skip(bytes: number): void {
    this.#end += bytes
  }

  /** At most `max` bytes that begin at `from`. Undefined when that byte is not held. */
  lend(from: number, max: number): Lent | undefined {
    const page = this.#spanAt(from, max)
    if (page === undefined) return undefined
    const { slab } = page
    this.#slabs.hold(slab)
    let released = false
    const release = (): void => {
      if (!released) this.#slabs.release(slab)
      released = true
    }
    return { bytes: viewOf(page, from, max), release }
  }

  /** What is held without a break from `from`, together at most `max` bytes, as long as none of it is let go of. */
  views(from: number, max: number): Uint8Array[] {
    const page = max > 0 ? this.#pageAt(from) : undefined
    if (page === undefined) return []
    const first = viewOf(page, from, max)
    // Nearly always it is all: an array that begins empty makes room for 17 more.
    const views = [first]
    for (let at = from + first.length, left = max - first.length; left > 0; ) {
      const next = this.#pageAt(at)
      if (next === undefined) break
      const view = viewOf(next, at, left)
      views.push(view)
      at += view.length
      left -= view.length
    }
    return views
  }

  /** Offset of the first byte held at or after `from`; `end` when there is none. */
  nextHeld(from: number): number {
    if (this.#pageAt(from) !== undefined) return from
    return this.#pages[this.#indexOf(from) + 1]?.from ?? this.#end
  }

  /** Lets go of the oldest page. `inUse`: somebody may still be reading it, so its memory is not used again. */
  dropOldest({ inUse }: { inUse: boolean }): void {
    const page = this.#pages.shift()
    if (page === undefined) return
    this.#held -= page.length
    if (!inUse) this.#slabs.release(page.slab)
  }

  /** Gives back memory that is larger than what lies in it. Nobody may be reading what `views` gave. */
  compact(): void {
    const pages = this.#pages
    this.#pages = pages.map((page) => {
      const bytes = new Uint8Array(viewOf(page, page.from, page.length))
      return { ...page, slab: slabOf(bytes), start: 0 }
    })
    for (const { slab } of pages) this.#slabs.release(slab)
    if (this.#slab !== undefined) this.#slabs.release(this.#slab)
    this.#slab = undefined
  }

  #slabFor(length: number, at: number): Slab {
    const current = this.#slab
    if (current !== undefined && current.used < current.bytes.length) return current
    const next = this.#slabs.take(length, current, at)
    this.#slab = next
    if (current !== undefined) this.#slabs.release(current)
    return next
  }

  #copy(part: Uint8Array, slab: Slab, at: number): void {
    slab.bytes.set(part, slab.used)
    const last = this.#pages.at(-1)
    const goesOn =
      last !== undefined &&
      last.slab === slab &&
      last.start + last.length === slab.used &&
      last.from + last.length === this.#end &&
      (part.length >= floodBytes || last.length < largestBytes)
    if (goesOn) {
      last.length += part.length
    } else {
      this.#slabs.hold(slab)
      this.#pages.push({ from: this.#end, slab, start: slab.used, length: part.length, at })
    }
    slab.used += part.length
    this.#end += part.length
    this.#held += part.length
  }

  /** The page with that byte, joined with those that lie behind it in memory as in the stream, as far as `max` bytes go. */
  #spanAt(offset: number, max: number): Page | undefined {
    let index = this.#indexOf(offset)
    const page = this.#pages[index]
    if (page === undefined || offset >= page.from + page.length) return undefined
    let { length } = page
    for (let next = this.#pages[++index]; next !== undefined; next = this.#pages[++index]) {
      const goesOn = next.slab === page.slab && next.from === page.from + length
      if (!goesOn || next.start !== page.start + length || page.from + length - offset >= max) break
      length += next.length
    }
    return { ...page, length }
  }

  #pageAt(offset: number): Page | undefined {
    const page = this.#pages[this.#indexOf(offset)]
    return page !== undefined && offset < page.from + page.length ? page : undefined
  }

  /** Index of the last page that begins at or before `offset`; -1 when there is none. */
  #indexOf(offset: number): number {
    let low = 0
    let high = this.#pages.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#pages[middle]?.from ?? Number.POSITIVE_INFINITY) <= offset) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

function viewOf({ from, slab, start, length }: Page, at: number, max: number): Uint8Array {
  const begin = start + at - from
  return slab.bytes.subarray(begin, Math.min(start + length, begin + max))
}
