const kib = 1024

/** Pooled slabs are this large: a write of four fills a batch. */
export const pooledBytes = 256 * kib
/** Slabs that wait for the next flood, all consoles together. */
const mostWaiting = 32
const firstBytes = 4 * kib
/** The largest slab, and page, of a console that prints in small chunks: it is let go of page by page. */
export const largestBytes = 16 * kib
/** A chunk from this size on comes from a device that floods, or prints a screen at a time. */
export const floodBytes = 8 * kib
/** One that prints in small chunks floods, too, when it fills a slab of the largest size in this time. */
const floodMs = 100

/** A piece of memory that pages lie in. */
export interface Slab {
  readonly bytes: Uint8Array
  used: number
  /** When it was taken, monotonic ms. */
  since: number
  /** Pages that lie in it, viewers who have not sent what they were lent of it, and who fills it. */
  holders: number
}

/**
 * Memory for what consoles print. A flood fills and empties the same slabs over and over: left to the garbage collector, a gigabyte
 * of short-lived buffers made it stop the world each ten megabytes.
 */
export class Slabs {
  readonly #waiting: Slab[] = []

  /** A slab for chunks of this size, at best twice as large as the last one. Who takes it holds it. */
  take(chunkBytes: number, last: Slab | undefined, now: number): Slab {
    const length = last?.bytes.length ?? 0
    const fast = last !== undefined && length >= largestBytes && now - last.since < floodMs
    if (chunkBytes >= floodBytes || fast) return this.takePooled(now)
    return newSlab(Math.min(largestBytes, Math.max(firstBytes, length * 2)), now)
  }

  /** A slab of `pooledBytes`. */
  takePooled(now = 0): Slab {
    const slab = this.#waiting.pop() ?? newSlab(pooledBytes, now)
    slab.since = now
    slab.holders = 1
    return slab
  }

  hold(slab: Slab): void {
    slab.holders += 1
  }

  /** To be called once by each holder. One who never does leaves the slab to the garbage collector. */
  release(slab: Slab): void {
    slab.holders -= 1
    if (slab.holders > 0 || slab.bytes.length !== pooledBytes || this.#waiting.length >= mostWaiting) return
    slab.used = 0
    this.#waiting.push(slab)
  }
}

/** A slab of exactly these bytes, full and held. */
export function slabOf(bytes: Uint8Array): Slab {
  return { bytes, used: bytes.length, since: Number.NEGATIVE_INFINITY, holders: 1 }
}

function newSlab(size: number, since: number): Slab {
  // Not from node's shared pool, where a slab of a few KiB would hold others' bytes.
  const { buffer } = Buffer.allocUnsafeSlow(size)
  return { bytes: new Uint8Array(buffer), used: 0, since, holders: 1 }
}
