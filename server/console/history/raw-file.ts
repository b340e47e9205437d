import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { indexFile, rawFile } from './names.ts'
import { type PenWrite, smallBytes, writeNow } from './pen.ts'
import { encodeRecords, type IndexRecord, recordBytes } from './records.ts'
import type { Scribe } from './scribe.ts'
import type { Segment } from './segments.ts'

interface RawFileOptions {
  folder: string
  segment: Segment
  /** Length of the index so far, bytes. */
  indexAt: number
  scribe: Pick<Scribe, 'disk' | 'pen'>
}

/** The segment being written: its bytes and the index beside it. Every write has a place, so one that failed half-way is done again. */
export class RawFile {
  readonly segment: Segment
  readonly #folder: string
  readonly #scribe: RawFileOptions['scribe']
  #file: FileHandle | undefined
  /** Open as long as the file is: opening it for each record cost three times as much as writing it. */
  #indexFile: FileHandle | undefined
  #indexAt: number
  /** CRC-32 of the bytes since the last `sum` record, and where they begin. */
  #crc = 0
  #sumFrom: number

  constructor({ folder, segment, indexAt, scribe }: RawFileOptions) {
    this.#folder = folder
    this.#scribe = scribe
    this.segment = segment
    this.#indexAt = indexAt - (indexAt % recordBytes)
    this.#sumFrom = segment.end
    segment.indexBytes = this.#indexAt
  }

  get size(): number {
    return this.segment.end - this.segment.start
  }

  get isOpen(): boolean {
    return this.#file !== undefined
  }

  /** Opens the file and its index; a `fresh` one is made. */
  async open(fresh: boolean): Promise<void> {
    const path = join(this.#folder, rawFile(this.segment.start))
    this.#file ??= await this.#scribe.disk(() => open(path, fresh ? 'w' : 'r+', 0o600))
    this.#indexFile ??= await this.#openIndex()
  }

  /**
   * Appends bytes that stay unchanged meanwhile. Returns how many were written; rejects as the system call does. `begun` is called when
   * it is the disk alone that is waited for.
   */
  async append(chunks: Uint8Array[], begun: () => void): Promise<number> {
    if (this.#file === undefined) return 0
    const bytesWritten = await this.#write(
      { file: this.#file, chunks, position: this.size, named: false },
      begun,
    )
    let left = bytesWritten
    for (const chunk of chunks) {
      const written = left < chunk.length ? chunk.subarray(0, left) : chunk
      this.#crc = crc32(written, this.#crc)
      left -= written.length
    }
    this.segment.end += bytesWritten
    return bytesWritten
  }

  /** Appends records to the index, with the sum of what came since the last time. */
  async index(records: readonly IndexRecord[]): Promise<void> {
    const all = [...records]
    const { end } = this.segment
    if (end > this.#sumFrom) all.push({ kind: 'sum', from: this.#sumFrom, to: end, crc: this.#crc })
    if (all.length === 0) return
    const bytes = encodeRecords(all)
    await this.#writeIndex(bytes)
    this.#indexAt += bytes.length
    this.segment.indexBytes = this.#indexAt
    this.#sumFrom = end
    this.#crc = 0
  }

  async close(): Promise<void> {
    const files = [this.#file, this.#indexFile]
    this.#file = undefined
    this.#indexFile = undefined
    await Promise.all(files.map((file) => file && this.#scribe.disk(() => file.close())))
  }

  #write(write: PenWrite, begun?: () => void): Promise<number> {
    const length = write.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    if (length <= smallBytes) {
      begun?.()
      return this.#scribe.pen.write(write)
    }
    return this.#scribe.disk(() => {
      begun?.()
      return writeNow(write)
    })
  }

  async #writeIndex(bytes: Uint8Array): Promise<void> {
    const file = this.#indexFile ?? (await this.#openIndex())
    try {
      for (let done = 0; done < bytes.length; ) {
        const chunks = [bytes.subarray(done)]
        done += await this.#write({ file, chunks, position: this.#indexAt + done, named: true })
      }
    } finally {
      if (this.#indexFile !== file) await this.#scribe.disk(() => file.close())
    }
  }

  #openIndex(): Promise<FileHandle> {
    const path = join(this.#folder, indexFile(this.segment.start))
    return this.#scribe.disk(() => open(path, constants.O_WRONLY | constants.O_CREAT, 0o600))
  }
}
