import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { rawFile, sealedFile } from './names.ts'
import { blockBytes, readBlock, readTable, type SealedTable } from './sealed-file.ts'
import type { Segment, Segments } from './segments.ts'

/** What stands on disk at an offset: bytes from there on, or nothing up to `end`. */
export type DiskSpan = { kind: 'bytes'; bytes: Buffer } | { kind: 'nothing'; end: number }

/** A segment may be sealed or removed between looking it up and opening it; then it is looked up again. */
const tries = 3

/** Failures that say nothing about the file: telling a gap for them would be untrue. */
const passing: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'])

/** Reads a history's segments. */
export class Reader {
  readonly #folder: string
  readonly #segments: Segments
  readonly #log: Log
  /** Of the segment read last: a viewer that catches up reads it block by block. */
  #table: { start: number; table: SealedTable } | undefined

  constructor(folder: string, segments: Segments, log: Log) {
    this.#folder = folder
    this.#segments = segments
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
        const bytes = await this.#readSegment(segment, from, Math.min(max, segment.end - from))
        if (bytes.length > 0) return { kind: 'bytes', bytes }
        throw new Error('the file is shorter than it was')
      } catch (error) {
        if (passing.has(systemCode(error))) throw error
        if (attempt < tries) continue
        this.#log.error({ segment: segment.start, error: String(error) }, 'a part of history cannot be read')
        return { kind: 'nothing', end: unreadableUpTo(segment, from) }
      }
    }
  }

  async #readSegment(segment: Segment, from: number, max: number): Promise<Buffer> {
    const { start, end, kind } = segment
    const name = kind === 'raw' ? rawFile(start) : sealedFile(start, end)
    const file = await open(join(this.#folder, name), 'r')
    try {
      if (kind === 'sealed') {
        if (this.#table?.start !== start) this.#table = { start, table: await readTable(file) }
        const index = Math.floor((from - start) / blockBytes)
        const block = await readBlock(file, this.#table.table, index)
        const at = from - start - index * blockBytes
        return block.subarray(at, at + max)
      }
      const buffer = Buffer.allocUnsafeSlow(max)
      const { bytesRead } = await file.read(buffer, 0, max, from - start)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }
}

/** A damaged block of a sealed segment costs only itself. */
function unreadableUpTo({ kind, start, end }: Segment, from: number): number {
  if (kind === 'raw') return end
  return Math.min(end, start + (Math.floor((from - start) / blockBytes) + 1) * blockBytes)
}
