import { crc32 } from 'node:zlib'
import type { Gap } from '../../contract/console.ts'

/**
 * The index of a segment: records of one size, each with its own checksum, so that a torn or damaged one costs only itself.
 * Layout, little-endian: kind u8, cause u8, zero u16, CRC-32 of the other 36 bytes u32, four f64 (exact for safe integers).
 */
export const recordBytes = 40

export type IndexRecord =
  /**
   * The byte at `offset` was printed at `at` (wall time, ms). Written at least for each second and each 64 KiB of output. `pauses`:
   * bytes behind it before which nothing was printed for a while, at most `mostPauses`.
   */
  | { kind: 'time'; offset: number; at: number; pauses?: { offset: number; at: number }[] }
  | { kind: 'gap'; gap: Gap }
  /** CRC-32 of the segment's bytes in [from, to): what a raw segment is proved with after a power failure. */
  | { kind: 'sum'; from: number; to: number; crc: number }

/** Each takes four bytes in what a time record leaves free: offset and ms since the one before it, u16; no ms means none. */
export const mostPauses = 4
const pausesAt = 24
const mostDelta = 0xffff

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

/** The gaps that can be read of an index: few among very many times. */
export function decodeGaps(index: Buffer): Gap[] {
  const gaps: Gap[] = []
  for (let at = 0; at + recordBytes <= index.length; at += recordBytes) {
    if (index[at] !== kinds.gap) continue
    const record = decode(index.subarray(at, at + recordBytes))
    if (record?.kind === 'gap') gaps.push(record.gap)
  }
  return gaps
}

/**
 * Calls `take` for each time in an index, pauses too. Ten times as fast as decoding each record with its checksum, of which a slow
 * console has a hundred thousand in one index: who takes them looks whether they fit.
 */
export function eachTime(index: Buffer, take: (offset: number, at: number) => void): void {
  for (let at = 0; at + recordBytes <= index.length; at += recordBytes) {
    if (index[at] !== kinds.time) continue
    let offset = index.readDoubleLE(at + 8)
    let ms = index.readDoubleLE(at + 16)
    take(offset, ms)
    for (let pause = at + pausesAt; pause < at + recordBytes; pause += 4) {
      const later = index.readUInt16LE(pause + 2)
      if (later === 0) break
      offset += index.readUInt16LE(pause)
      ms += later
      take(offset, ms)
    }
  }
}

/** Whether a pause can stand behind this mark of time. */
export function fitsBehind(
  before: { offset: number; at: number },
  pause: { offset: number; at: number },
): boolean {
  const later = pause.at - before.at
  return later > 0 && later <= mostDelta && pause.offset - before.offset <= mostDelta
}

function encode(record: IndexRecord, into: Buffer): void {
  into[0] = kinds[record.kind]
  const numbers = numbersOf(record)
  if (record.kind === 'time') encodePauses(record, record.pauses ?? [], into)
  if (record.kind === 'gap') into[1] = causes.indexOf(record.gap.cause)
  for (const [index, number] of numbers.entries()) into.writeDoubleLE(number, 8 + index * 8)
  into.writeUInt32LE(checksum(into), 4)
}

function encodePauses(
  mark: { offset: number; at: number },
  pauses: readonly { offset: number; at: number }[],
  into: Buffer,
): void {
  let before = mark
  for (const [index, pause] of pauses.entries()) {
    into.writeUInt16LE(pause.offset - before.offset, pausesAt + index * 4)
    into.writeUInt16LE(pause.at - before.at, pausesAt + index * 4 + 2)
    before = pause
  }
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
