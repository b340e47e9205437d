import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { indexFile, rawFile, sealedFile } from './names.ts'
import {
  blockBytes,
  DamagedSegment,
  type ReadSync,
  readBlockSync,
  readIndexSync,
  readTableSync,
  type SealedTable,
} from './sealed-file.ts'
import type { SegmentOutline } from './snapshot.ts'
import { marksOf, type TimeMarks, timeMarks } from './time-marks.ts'

/** Reads one segment, for a thread that may wait for the disk. Sealed or removed meanwhile, it is found or found missing. */
export class SegmentSource {
  readonly #folder: string
  readonly #segment: SegmentOutline
  #file: number | undefined
  #table: SealedTable | undefined

  constructor(folder: string, segment: SegmentOutline) {
    this.#folder = folder
    this.#segment = segment
  }

  /**
   * Bytes of block number `index`, the last one shorter; undefined when the segment has been removed. Throws DamagedSegment, or as
   * system calls do.
   */
  block(index: number): Buffer | undefined {
    if (!this.#open()) return undefined
    if (this.#table !== undefined) return readBlockSync(this.#read, this.#table, index)
    const { start, end } = this.#segment
    const at = index * blockBytes
    return this.#read(at, Math.min(blockBytes, end - start - at))
  }

  /** What its index says of time; nothing when it cannot be read. */
  marks(): TimeMarks {
    try {
      if (!this.#open()) return marksOf([])
      const index = this.#table ? readIndexSync(this.#read, this.#table) : this.#rawIndex()
      return timeMarks(index, this.#segment)
    } catch (error) {
      if (error instanceof DamagedSegment || systemCode(error) === 'ENOENT') return marksOf([])
      throw error
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #rawIndex(): Buffer {
    return readFileSync(join(this.#folder, indexFile(this.#segment.start)))
  }

  #open(): boolean {
    if (this.#file !== undefined) return true
    const { start, end, kind } = this.#segment
    const raw = kind === 'raw' ? this.#openFile(rawFile(start)) : undefined
    this.#file = raw ?? this.#openFile(sealedFile(start, end))
    if (this.#file === undefined) return false
    if (raw === undefined) this.#table = readTableSync(this.#read, fstatSync(this.#file).size)
    return true
  }

  #openFile(name: string): number | undefined {
    try {
      return openSync(join(this.#folder, name), 'r')
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  #read: ReadSync = (at, length) => {
    const buffer = Buffer.allocUnsafeSlow(length)
    for (let done = 0; done < length; ) {
      const count =
        this.#file === undefined ? 0 : readSync(this.#file, buffer, done, length - done, at + done)
      if (count === 0) throw new DamagedSegment('it is too short')
      done += count
    }
    return buffer
  }
}
