import { crc32 } from 'node:zlib'
import type { Gap } from '../../contract/console.ts'

/**
 * The index of a segment: records of one size, each with its own checksum, so that a torn or damaged one costs only itself.
 * Layout, little-endian: kind u8, cause u8, zero u16, CRC-32 of the other 36 bytes u32, four f64 (exact for safe integers).
 */
export const recordBytes = 40

export type IndexRecord =
  /** The byte at `offset` was printed at `at` (wall time, ms). Written at least for each second and each 64 KiB of output. */
  | { kind: 'time'; offset: number; at: number }
  | { kind: 'gap'; gap: Gap }
  /** CRC-32 of the segment's bytes in [from, to): what a raw segment is proved with after a power failure. */
  | { kind: 'sum'; from: number; to: number; crc: number }

const kinds = { time: 1, gap: 2, sum: 3 } as const

/** Numbers on disk, so only ever added to. */
const causes = [
  'link-down',
  'gateway-down',
  'gateway-killed',
  'not-recorded',
  'expired',
  'lost-by-transport',
] as const satisfies readonly Gap['cause'][]

export function encodeRecords(records: readonly IndexRecord[]): Buffer {
  const buffer = Buffer.alloc(records.length * recordBytes)
  for (const [index, record] of records.entries()) {
    encode(record, buffer.subarray(index * recordBytes, (index + 1) * recordBytes))
  }
  return buffer
}

/** What can be read of an index. Damaged and unknown records are left out, also an incomplete last one. */
export function decodeRecords(buffer: Buffer): IndexRecord[] {
  const records: IndexRecord[] = []
  for (let at = 0; at + recordBytes <= buffer.length; at += recordBytes) {
    const record = decode(buffer.subarray(at, at + recordBytes))
    if (record !== undefined) records.push(record)
  }
  return records
}

function encode(record: IndexRecord, into: Buffer): void {
  into[0] = kinds[record.kind]
  const numbers = numbersOf(record)
  if (record.kind === 'gap') into[1] = causes.indexOf(record.gap.cause)
  for (const [index, number] of numbers.entries()) into.writeDoubleLE(number, 8 + index * 8)
  into.writeUInt32LE(checksum(into), 4)
}

function numbersOf(record: IndexRecord): number[] {
  switch (record.kind) {
    case 'time':
      return [record.offset, record.at]
    case 'gap':
      return [record.gap.from, record.gap.to, record.gap.startedAt, record.gap.endedAt]
    case 'sum':
      return [record.from, record.to, record.crc]
  }
}

function decode(bytes: Buffer): IndexRecord | undefined {
  if (bytes.readUInt32LE(4) !== checksum(bytes)) return undefined
  const [a, b, c, d] = [8, 16, 24, 32].map((at) => bytes.readDoubleLE(at)) as [number, number, number, number]
  switch (bytes[0]) {
    case kinds.time:
      return { kind: 'time', offset: a, at: b }
    case kinds.gap: {
      const cause = causes[bytes[1] ?? causes.length]
      return cause && { kind: 'gap', gap: { from: a, to: b, startedAt: c, endedAt: d, cause } }
    }
    case kinds.sum:
      return { kind: 'sum', from: a, to: b, crc: c }
    default:
      return undefined
  }
}

/** Of everything but the checksum itself. */
function checksum(bytes: Buffer): number {
  return crc32(bytes.subarray(8), crc32(bytes.subarray(0, 4)))
}
