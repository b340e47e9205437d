import { close, open, readv } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemCode } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Lent } from './memory.ts'
import { rawFile, sealedFile } from './names.ts'
import { blockBytes, readBlock, readTable, type SealedTable } from './sealed-file.ts'
import type { Segment, Segments } from './segments.ts'
import { pooledBytes, type Slabs } from './slabs.ts'

/** What stands on disk at an offset: bytes from there on, or nothing up to `end`. */
export type DiskSpan = { kind: 'bytes'; parts: Lent[]; length: number } | { kind: 'nothing'; end: number }

/** A segment may be sealed or removed between looking it up and opening it; then it is looked up again. */
const tries = 3

/** Failures that say nothing about the file: telling a gap for them would be untrue. */
const passing: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'])

/** A flood that a viewer has fallen behind is read in many small steps, which handles (FileHandle) made twice as dear. */
const openDescriptor = promisify(open)
const closeDescriptor = promisify(close)
const readInto = promisify(readv)

export interface ReaderOptions {
  folder: string
  segments: Segments
  slabs: Slabs
  log: Log
}

/** Reads a history's segments. */
export class Reader {
  readonly #folder: string
  readonly #segments: Segments
  readonly #slabs: Slabs
  readonly #log: Log
  /** Of the segment read last: a viewer that catches up reads it block by block. */
  #table: { start: number; table: SealedTable } | undefined

  constructor({ folder, segments, slabs, log }: ReaderOptions) {
    this.#folder = folder
    this.#segments = segments
    this.#slabs = slabs
    this.#log = log
  }

  /**
   * At most `max` bytes from `from`; it may be fewer. `end`: where nothing on disk ends when no segment follows.
   * Rejects only with what passes by itself, like too many open files.
   */
  async read(from: number, max: number, end: number): Promise<DiskSpan> {
    for (let attempt = 1; ; attempt++) {
      const segment = this.#segments.at(from)
      if (segment === undefined) {
        return { kind: 'nothing', end: Math.min(end, this.#segments.after(from)?.start ?? end) }
      }
      try {
        const upTo = Math.min(max, segment.end - from)
        const parts =
          segment.kind === 'raw'
            ? await this.#readRaw(segment, from, upTo)
            : await this.#readSealed(segment, from, upTo)
        const length = parts.reduce((sum, { bytes }) => sum + bytes.length, 0)
        if (length > 0) return { kind: 'bytes', parts, length }
        throw new Error('the file is shorter than it was')
      } catch (error) {
        if (passing.has(systemCode(error))) throw error
        if (attempt < tries) continue
        this.#log.error({ segment: segment.start, error: String(error) }, 'a part of history cannot be read')
        return { kind: 'nothing', end: unreadableUpTo(segment, from) }
      }
    }
  }

  async #readSealed({ start, end }: Segment, from: number, max: number): Promise<Lent[]> {
    const file = await openFile(join(this.#folder, sealedFile(start, end)), 'r')
    try {
      if (this.#table?.start !== start) this.#table = { start, table: await readTable(file) }
      const index = Math.floor((from - start) / blockBytes)
      const block = await readBlock(file, this.#table.table, index)
      const at = from - start - index * blockBytes
      return [{ bytes: block.subarray(at, at + max), release: () => undefined }]
    } finally {
      await file.close()
    }
  }

  async #readRaw({ start }: Segment, from: number, max: number): Promise<Lent[]> {
    const file = await openDescriptor(join(this.#folder, rawFile(start)), 'r')
    const parts = this.#borrow(max)
    try {
      const { bytesRead } = await readInto(
        file,
        parts.map(({ bytes }) => bytes),
        from - start,
      )
      return cut(parts, bytesRead)
    } catch (error) {
      cut(parts, 0)
      throw error
    } finally {
      await closeDescriptor(file)
    }
  }

  /** Memory for so many bytes. */
  #borrow(length: number): Lent[] {
    const parts: Lent[] = []
    for (let at = 0; at < length; at += pooledBytes) {
      const slab = this.#slabs.takePooled()
      const bytes = slab.bytes.subarray(0, Math.min(pooledBytes, length - at))
      parts.push({ bytes, release: () => this.#slabs.release(slab) })
    }
    return parts
  }
}

/** The parts that hold the first bytes; the others are given back. */
function cut(parts: Lent[], length: number): Lent[] {
  let left = length
  return parts.flatMap((part) => {
    const bytes = part.bytes.subarray(0, left)
    left -= bytes.length
    if (bytes.length === 0) part.release()
    return bytes.length === 0 ? [] : [{ ...part, bytes }]
  })
}

/** A damaged block of a sealed segment costs only itself. */
function unreadableUpTo({ kind, start, end }: Segment, from: number): number {
  if (kind === 'raw') return end
  return Math.min(end, start + (Math.floor((from - start) / blockBytes) + 1) * blockBytes)
}
