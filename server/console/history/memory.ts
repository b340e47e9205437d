const kib = 1024

/**
 * A chunk of this size is kept as it came; smaller ones are copied together, since each object on the heap costs more than a few
 * hundred bytes are worth.
 */
const adoptFrom = 8 * kib
const firstSlab = 4 * kib
const largestSlab = 16 * kib

interface Page {
  from: number
  /** Bytes of a page are never changed once written; views of it may be handed out and kept. */
  slab: Uint8Array
  start: number
  length: number
  /** Monotonic ms of the first byte. */
  at: number
}

/** The hot end of a history: the newest bytes in memory, by absolute offset. Spans that were lost have no page. */
export class Memory {
  #pages: Page[] = []
  #slab = new Uint8Array(0)
  #used = 0
  #end: number
  #held = 0

  constructor(end: number) {
    this.#end = end
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

  /** Takes a chunk, which must not be changed afterwards. */
  append(chunk: Uint8Array, at: number): void {
    if (chunk.length >= adoptFrom && chunk.buffer.byteLength <= 2 * chunk.length) {
      this.#pages.push({ from: this.#end, slab: chunk, start: 0, length: chunk.length, at })
      this.#end += chunk.length
      this.#held += chunk.length
      return
    }
    for (let done = 0; done < chunk.length; ) {
      const room = this.#room()
      const part = done === 0 && chunk.length <= room ? chunk : chunk.subarray(done, done + room)
      this.#copy(part, at)
      done += part.length
    }
  }

  /** Leaves out bytes that were lost before they reached us. */
  skip(bytes: number): void {
    this.#end += bytes
  }

  /** A view of at most `max` bytes that begins at `from`; undefined when that byte is not held. */
  view(from: number, max: number): Uint8Array | undefined {
    const page = this.#pages[this.#indexOf(from)]
    if (page === undefined || from < page.from || from >= page.from + page.length) return undefined
    const begin = page.start + from - page.from
    return page.slab.subarray(begin, Math.min(page.start + page.length, begin + max))
  }

  /** Offset of the first byte held at or after `from`; `end` when there is none. */
  nextHeld(from: number): number {
    const index = this.#indexOf(from)
    const page = this.#pages[index]
    if (page !== undefined && from < page.from + page.length) return Math.max(from, page.from)
    return this.#pages[index + 1]?.from ?? this.#end
  }

  /** Views of what is held without a break from `from`, together at most `max` bytes. */
  views(from: number, max: number): Uint8Array[] {
    const views: Uint8Array[] = []
    for (let at = from, left = max; left > 0; ) {
      const view = this.view(at, left)
      if (view === undefined) break
      views.push(view)
      at += view.length
      left -= view.length
    }
    return views
  }

  /** Lets go of the oldest page. */
  dropOldest(): void {
    const page = this.#pages.shift()
    if (page !== undefined) this.#held -= page.length
  }

  /** Length of the oldest page. */
  get oldestLength(): number {
    return this.#pages[0]?.length ?? 0
  }

  /** Offset at which the oldest page ends. */
  get oldestEnd(): number {
    return this.start + this.oldestLength
  }

  #room(): number {
    if (this.#used === this.#slab.length) {
      const size = Math.min(largestSlab, Math.max(firstSlab, this.#slab.length * 2))
      // Not from node's shared pool, where a view of a few bytes would hold 8 KiB of others' bytes.
      this.#slab = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer)
      this.#used = 0
    }
    return this.#slab.length - this.#used
  }

  #copy(part: Uint8Array, at: number): void {
    this.#slab.set(part, this.#used)
    const last = this.#pages.at(-1)
    const goesOn =
      last !== undefined &&
      last.slab === this.#slab &&
      last.start + last.length === this.#used &&
      last.from + last.length === this.#end
    if (goesOn) last.length += part.length
    else this.#pages.push({ from: this.#end, slab: this.#slab, start: this.#used, length: part.length, at })
    this.#used += part.length
    this.#end += part.length
    this.#held += part.length
  }

  /** Index of the last page that begins at or before `from`; -1 when there is none. */
  #indexOf(from: number): number {
    let low = 0
    let high = this.#pages.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#pages[middle]?.from ?? Number.POSITIVE_INFINITY) <= from) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
