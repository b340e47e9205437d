import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib'
import { crc32 } from './checksum.ts'

/**
 * A sealed segment: `magic`, then blocks of `blockBytes` of what the device printed (the last one shorter), each compressed on its own so
 * that a read in the middle inflates one block; then the compressed index (records.ts), the table of blocks, and a footer that finds both.
 * Numbers are little-endian. A block whose stored length is its own length is not compressed.
 */
const magic = Buffer.from('LLSEG1\r\n')

/** Large enough to compress well, small enough that a read in the middle is cheap. */
export const blockBytes = 256 * 1024

/** Per block: place f64, stored length u32, CRC-32 of the plain bytes u32. */
const rowBytes = 16
/** Places of index and table f64, length of the stored index u32, of the plain index u32, rows u32, size f64, CRC-32 of table and footer u32. */
const footerBytes = 40

const decompressAsync = promisify(zstdDecompress)

interface Row {
  at: number
  length: number
  crc: number
}

export interface SealedTable {
  rows: Row[]
  /** Plain bytes in all blocks. */
  size: number
  index: { at: number; length: number; plainLength: number }
}

/**
 * Writes a sealed segment, for a thread of its own: `begin`, then block by block, then `finish`; `close` whatever became of it. All throw as
 * system calls do.
 */
export class SealedWriter {
  readonly #file: number
  readonly #rows: Row[] = []
  #at = 0
  #size = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600)
  }

  begin(): void {
    this.#append(magic)
  }

  /** Every block but the last must have `blockBytes`. */
  block(plain: Uint8Array): void {
    const stored = compress(plain)
    this.#rows.push({ at: this.#at, length: stored.length, crc: crc32(plain) })
    this.#append(stored)
    this.#size += plain.length
  }

  /** Writes index, table and footer, and waits until all is on the disk. */
  finish(index: Buffer): void {
    const storedIndex = compress(index)
    const table = encodeTable(this.#rows)
    const footer = Buffer.alloc(footerBytes)
    footer.writeDoubleLE(this.#at, 0)
    footer.writeDoubleLE(this.#at + storedIndex.length, 8)
    footer.writeUInt32LE(storedIndex.length, 16)
    footer.writeUInt32LE(index.length, 20)
    footer.writeUInt32LE(this.#rows.length, 24)
    footer.writeDoubleLE(this.#size, 28)
    footer.writeUInt32LE(crc32(footer.subarray(0, 36), crc32(table)), 36)
    this.#append(Buffer.concat([storedIndex, table, footer]))
    fdatasyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }

  #append(bytes: Uint8Array): void {
    // A disk that is almost full takes a part of it, and says why with the next.
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#file, bytes, done, bytes.length - done, this.#at + done)
    this.#at += bytes.length
  }
}

export class DamagedSegment extends Error {}

/** Throws DamagedSegment when the file is not whole. */
export async function readTable(file: FileHandle): Promise<SealedTable> {
  const { size } = await file.stat()
  const footer = await readExactly(file, size - footerBytes, footerBytes)
  const place = tablePlace(footer, size)
  return sealedTable(footer, await readExactly(file, place.at, place.length))
}

/** Where the table stands in a file of `size` bytes that ends with this footer. */
function tablePlace(footer: Buffer, size: number): { at: number; length: number } {
  const place = { at: footer.readDoubleLE(8), length: footer.readUInt32LE(24) * rowBytes }
  if (place.at + place.length + footerBytes !== size) throw new DamagedSegment('its footer does not fit')
  return place
}

function sealedTable(footer: Buffer, table: Buffer): SealedTable {
  if (crc32(footer.subarray(0, 36), crc32(table)) !== footer.readUInt32LE(36)) {
    throw new DamagedSegment('its table has a wrong checksum')
  }
  return {
    rows: decodeTable(table),
    size: footer.readDoubleLE(28),
    index: {
      at: footer.readDoubleLE(0),
      length: footer.readUInt32LE(16),
      plainLength: footer.readUInt32LE(20),
    },
  }
}

/** The plain bytes of block number `index`. Throws DamagedSegment. */
export async function readBlock(file: FileHandle, table: SealedTable, index: number): Promise<Buffer> {
  const { row, plainLength } = blockOf(table, index)
  const plain = await decompress(await readExactly(file, row.at, row.length), plainLength)
  return provenBlock(plain, row, index)
}

function blockOf(table: SealedTable, index: number): { row: Row; plainLength: number } {
  const row = table.rows[index]
  if (row === undefined) throw new DamagedSegment(`it has no block ${index}`)
  return { row, plainLength: Math.min(blockBytes, table.size - index * blockBytes) }
}

function provenBlock(plain: Buffer, { crc }: Row, index: number): Buffer {
  if (crc32(plain) !== crc) throw new DamagedSegment(`its block ${index} has a wrong checksum`)
  return plain
}

export async function readIndex(file: FileHandle, { index }: SealedTable): Promise<Buffer> {
  return decompress(await readExactly(file, index.at, index.length), index.plainLength)
}

/** Reads so many bytes of a file, or throws DamagedSegment. */
export type ReadSync = (at: number, length: number) => Buffer

/** The same for a thread of its own, which may wait for the disk and the decompression. */
export function readTableSync(read: ReadSync, size: number): SealedTable {
  if (size < footerBytes) throw new DamagedSegment('it is too short')
  const footer = read(size - footerBytes, footerBytes)
  const place = tablePlace(footer, size)
  return sealedTable(footer, read(place.at, place.length))
}

export function readBlockSync(read: ReadSync, table: SealedTable, index: number): Buffer {
  const { row, plainLength } = blockOf(table, index)
  return provenBlock(decompressSync(read(row.at, row.length), plainLength), row, index)
}

export function readIndexSync(read: ReadSync, { index }: SealedTable): Buffer {
  return decompressSync(read(index.at, index.length), index.plainLength)
}

/** Fast rather than small: consoles print text, which shrinks well at any level, and the cores belong to the live consoles. */
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

function compress(plain: Uint8Array): Uint8Array {
  if (plain.length === 0) return plain
  const compressed = zstdCompressSync(plain, compression)
  return compressed.length < plain.length ? compressed : plain
}

async function decompress(stored: Buffer, plainLength: number): Promise<Buffer> {
  if (stored.length === plainLength) return stored
  try {
    return await decompressAsync(stored, { maxOutputLength: Math.max(1, plainLength) })
  } catch (cause) {
    throw new DamagedSegment('a part of it cannot be decompressed', { cause })
  }
}

function decompressSync(stored: Buffer, plainLength: number): Buffer {
  if (stored.length === plainLength) return stored
  try {
    return zstdDecompressSync(stored, { maxOutputLength: Math.max(1, plainLength) })
  } catch (cause) {
    throw new DamagedSegment('a part of it cannot be decompressed', { cause })
  }
}

async function readExactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  if (at < 0 || length < 0) throw new DamagedSegment('it is too short')
  const buffer = Buffer.allocUnsafe(length)
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, at + done)
    if (bytesRead === 0) throw new DamagedSegment('it is too short')
    done += bytesRead
  }
  return buffer
}

function encodeTable(rows: readonly Row[]): Buffer {
  const table = Buffer.alloc(rows.length * rowBytes)
  for (const [index, { at, length, crc }] of rows.entries()) {
    table.writeDoubleLE(at, index * rowBytes)
    table.writeUInt32LE(length, index * rowBytes + 8)
    table.writeUInt32LE(crc, index * rowBytes + 12)
  }
  return table
}

function decodeTable(table: Buffer): Row[] {
  return Array.from({ length: table.length / rowBytes }, (_, index) => ({
    at: table.readDoubleLE(index * rowBytes),
    length: table.readUInt32LE(index * rowBytes + 8),
    crc: table.readUInt32LE(index * rowBytes + 12),
  }))
}
