import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import type { Gap } from '../../contract/console.ts'
import { type Files, sharedFiles } from './files.ts'
import { loadIndex } from './index-file.ts'
import { indexFile } from './names.ts'
import { decodeGaps, recordBytes } from './records.ts'
import type { Segment } from './segments.ts'

/** Segments whose gaps stay in memory: what a few viewers that catch up stand in. */
const most = 4
/** Records at the end of an index among which the newest gaps stand. */
const lastRecords = 256

interface Known {
  kind: Segment['kind']
  gaps: Gap[]
  /** Bytes of a raw segment's index that have been read. */
  read: number
}

/** The gaps that the indexes of one history's segments record, read when they are wanted. */
export class GapCache {
  readonly #folder: string
  readonly #known = new Map<number, Known>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** What the segment's index says, in the order of the stream. A missing or damaged index says nothing. */
  async of(segment: Segment): Promise<readonly Gap[]> {
    const { start, kind } = segment
    const before = this.#known.get(start)
    const known = before?.kind === kind ? before : { kind, gaps: [], read: 0 }
    // Taken out and put back: the oldest entry of a Map is the one used longest ago.
    this.#known.delete(start)
    this.#known.set(start, known)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= most) break
      this.#known.delete(oldest)
    }
    const unread = kind === 'raw' ? segment.indexBytes !== known.read : known.read === 0
    if (unread) await this.#readOn(segment, known)
    return known.gaps
  }

  async #readOn(segment: Segment, known: Known): Promise<void> {
    const from = known.read
    const bytes =
      segment.kind === 'raw' ? await this.#rawIndex(segment, from) : await loadIndex(this.#folder, segment)
    // Somebody else may have read the same part meanwhile.
    if (known.read !== from) return
    known.gaps.push(...decodeGaps(bytes))
    known.read += Math.max(segment.kind === 'sealed' ? 1 : 0, bytes.length - (bytes.length % recordBytes))
  }

  async #rawIndex({ start }: Segment, from: number): Promise<Buffer> {
    try {
      return await readFrom(join(this.#folder, indexFile(start)), from, sharedFiles)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return Buffer.alloc(0)
      throw error
    }
  }
}

/** The newest gaps of a raw segment, without reading all of its index: a thousand consoles are opened at once. */
export async function lastGaps(folder: string, { start }: Segment, files: Files): Promise<Gap[]> {
  try {
    const bytes = await readFrom(join(folder, indexFile(start)), -lastRecords * recordBytes, files)
    return decodeGaps(bytes)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

/** @param begin where to begin; negative: so much before the last whole record's end. */
async function readFrom(path: string, begin: number, files: Files): Promise<Buffer> {
  const file = await files.open(path, 'r')
  try {
    const { size } = await file.stat()
    const from = begin >= 0 ? begin : Math.max(0, size - (size % recordBytes) + begin)
    const buffer = Buffer.alloc(Math.max(0, size - from))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
