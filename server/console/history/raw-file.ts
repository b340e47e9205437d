import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from './checksum.ts'
import { indexFile, rawFile } from './names.ts'
import { lengthOf, type PenDone, type PenWrite, smallBytes, writeNow } from './pen.ts'
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
    const written = await this.#write({ file: this.#file, chunks, position: this.size, named: false }, begun)
    this.#appended(chunks, written)
    return written
  }

  /** As `append`, through the pen, for at most `smallBytes` to a file that is open; `done` is called later, once. */
  appendLittle(chunks: readonly Uint8Array[], done: PenDone): void {
    if (this.#file === undefined) throw new Error('The segment is not open.')
    this.#scribe.pen.put(
      { file: this.#file, chunks, position: this.size, named: false },
      (error, written) => {
        if (error === undefined) this.#appended(chunks, written)
        done(error, written)
      },
    )
  }

  /** Appends records to the index, with the sum of what came since the last time. */
  async index(records: readonly IndexRecord[]): Promise<void> {
    const { end } = this.segment
    const bytes = this.#encode(records)
    if (bytes.length === 0) return
    await this.#writeIndex(bytes)
    this.#indexed(bytes, end)
  }

  /** As `index`, through the pen, to a file that is open; `done` is called once. What was written in part is written again the next time. */
  indexLittle(
    records: readonly IndexRecord[],
    done: (error: Error | undefined, whole: boolean) => void,
  ): void {
    const { end } = this.segment
    const bytes = this.#encode(records)
    if (bytes.length === 0) {
      done(undefined, true)
      return
    }
    if (this.#indexFile === undefined) throw new Error('The index of the segment is not open.')
    const write = { file: this.#indexFile, chunks: [bytes], position: this.#indexAt, named: true }
    this.#scribe.pen.put(write, (error, written) => {
      const whole = written === bytes.length
      if (whole) this.#indexed(bytes, end)
      done(error, whole)
    })
  }

  async close(): Promise<void> {
    const files = [this.#file, this.#indexFile]
    this.#file = undefined
    this.#indexFile = undefined
    await Promise.all(files.map((file) => file && this.#scribe.disk(() => file.close())))
  }

  #appended(chunks: readonly Uint8Array[], bytes: number): void {
    let left = bytes
    for (const chunk of chunks) {
      const written = left < chunk.length ? chunk.subarray(0, left) : chunk
      this.#crc = crc32(written, this.#crc)
      left -= written.length
    }
    this.segment.end += bytes
  }

  #encode(records: readonly IndexRecord[]): Uint8Array {
    const { end } = this.segment
    if (end === this.#sumFrom) return encodeRecords(records)
    return encodeRecords([...records, { kind: 'sum', from: this.#sumFrom, to: end, crc: this.#crc }])
  }

  /** These bytes of the index are written, with the sum up to `end`. */
  #indexed(bytes: Uint8Array, end: number): void {
    this.#indexAt += bytes.length
    this.segment.indexBytes = this.#indexAt
    this.#sumFrom = end
    this.#crc = 0
  }

  #write(write: PenWrite, begun?: () => void): Promise<number> {
    if (lengthOf(write.chunks) <= smallBytes) {
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
