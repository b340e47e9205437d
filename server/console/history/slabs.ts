const kib = 1024

/** Pooled slabs are this large: a write of four fills a batch. */
const pooledBytes = 256 * kib
/** Slabs that wait for the next flood, all consoles together. */
const mostWaiting = 32
const firstBytes = 4 * kib
const largestBytes = 16 * kib
/** A chunk from this size on comes from a device that floods, or prints a screen at a time. */
const floodBytes = 8 * kib

/** A piece of memory that pages lie in. */
export interface Slab {
  readonly bytes: Uint8Array
  used: number
  /** Pages that lie in it. */
  pages: number
  /** Somebody may still look into it after its pages are gone: it is left to the garbage collector. */
  lent: boolean
}

/**
 * Memory for what consoles print. A flood fills and empties the same slabs over and over: left to the garbage collector, a gigabyte
 * of short-lived buffers made it stop the world each ten megabytes.
 */
export class Slabs {
  readonly #waiting: Slab[] = []

  /** A slab for chunks of this size, at best twice as large as the last one. */
  take(chunkBytes: number, last: Slab | undefined): Slab {
    if (chunkBytes >= floodBytes) return this.#waiting.pop() ?? newSlab(pooledBytes)
    const grown = last === undefined ? firstBytes : last.bytes.length * 2
    return newSlab(Math.min(largestBytes, Math.max(firstBytes, grown)))
  }

  /** Nothing lies in it any more. */
  give(slab: Slab): void {
    if (slab.lent || slab.bytes.length !== pooledBytes || this.#waiting.length >= mostWaiting) return
    slab.used = 0
    this.#waiting.push(slab)
  }
}

/** A slab of exactly these bytes, full. */
export function slabOf(bytes: Uint8Array): Slab {
  return { bytes, used: bytes.length, pages: 0, lent: false }
}

function newSlab(size: number): Slab {
  // Not from node's shared pool, where a slab of a few KiB would hold others' bytes.
  return { bytes: Buffer.allocUnsafeSlow(size), used: 0, pages: 0, lent: false }
}
