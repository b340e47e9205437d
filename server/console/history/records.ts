import type { Gap } from '../../contract/console.ts'
import { crc32 } from './checksum.ts'

/**
 * The index of a segment: records of one size, each with its own checksum, so that a torn or damaged one costs only itself.
 * Layout, little-endian: kind u8, cause u8, zero u16, CRC-32 of the other 36 bytes u32, four f64 (exact for safe integers).
 */
export const recordBytes = 40

export type IndexRecord =
  /**
   * The byte at `offset` was printed at `at` (wall time, ms). Written at least for each second and each 64 KiB of output that did not
   * come at once. `pauses`: bytes behind it before which nothing was printed for a while, at most `mostPauses`; of each how many bytes
   * and ms it stands behind the one before, one number after the other.
   */
  | { kind: 'time'; offset: number; at: number; pauses?: readonly number[] }
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
  const bytes = new Uint8Array(records.length * recordBytes)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const record of records) {
    encode(record, view, at)
    view.setUint32(at + 4, checksum(bytes, at), true)
    at += recordBytes
  }
  return Buffer.from(bytes.buffer)
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
 * What can be read of an index, without the sums and as it stands: a slow console has a hundred thousand records in one, which would be most
 * of a small heap.
 */
export function withoutSums(index: Buffer): Buffer {
  const kept = Buffer.allocUnsafe(index.length)
  let length = 0
  for (let at = 0; at + recordBytes <= index.length; at += recordBytes) {
    if (index[at] === kinds.sum || index.readUInt32LE(at + 4) !== checksum(index, at)) continue
    length += index.copy(kept, length, at, at + recordBytes)
  }
  return kept.subarray(0, length)
}

/**
 * Calls `take` for each time in an index, pauses too. Ten times as fast as decoding each record with its checksum, of which a slow
 * console has a hundred thousand in one index: who takes them looks whether they fit.
 */
export function eachTime(index: Buffer, take: (offset: number, at: number) => void): void {
  for (let at = 0; at + recordBytes <= index.length; at += recordBytes) {
    if (index[at] !== kinds.time) continue
    take(index.readDoubleLE(at + 8), index.readDoubleLE(at + 16))
    eachPause(index, at, take)
  }
}

/** Of the time record at `at`. */
function eachPause(index: Buffer, at: number, take: (offset: number, at: number) => void): void {
  let offset = index.readDoubleLE(at + 8)
  let ms = index.readDoubleLE(at + 16)
  for (let pause = at + pausesAt; pause < at + recordBytes; pause += 4) {
    const later = index.readUInt16LE(pause + 2)
    if (later === 0) break
    offset += index.readUInt16LE(pause)
    ms += later
    take(offset, ms)
  }
}

/** Whether a pause can stand so many bytes and ms behind a mark of time. */
export function fitsBehind(bytes: number, ms: number): boolean {
  return ms > 0 && ms <= mostDelta && bytes <= mostDelta
}

/** All of it but the checksum. A thousand consoles have some thousand of these each few seconds: nothing is made on the way. */
function encode(record: IndexRecord, into: DataView, at: number): void {
  into.setUint8(at, kinds[record.kind])
  switch (record.kind) {
    case 'time':
      setNumbers(into, at, record.offset, record.at)
      if (record.pauses !== undefined) encodePauses(record.pauses, into, at + pausesAt)
      return
    case 'gap':
      into.setUint8(at + 1, causes.indexOf(record.gap.cause))
      setNumbers(into, at, record.gap.from, record.gap.to, record.gap.startedAt, record.gap.endedAt)
      return
    case 'sum':
      setNumbers(into, at, record.from, record.to, record.crc)
  }
}

function encodePauses(pauses: readonly number[], into: DataView, begin: number): void {
  let place = begin
  for (const delta of pauses) {
    into.setUint16(place, delta, true)
    place += 2
  }
}

function setNumbers(into: DataView, at: number, a: number, b: number, c = 0, d = 0): void {
  into.setFloat64(at + 8, a, true)
  into.setFloat64(at + 16, b, true)
  into.setFloat64(at + 24, c, true)
  into.setFloat64(at + 32, d, true)
}

function decode(bytes: Buffer): IndexRecord | undefined {
  if (bytes.readUInt32LE(4) !== checksum(bytes, 0)) return undefined
  const [a, b, c, d] = [8, 16, 24, 32].map((at) => bytes.readDoubleLE(at)) as [number, number, number, number]
  switch (bytes[0]) {
    case kinds.time: {
      const pauses = pausesOf(bytes, a, b)
      return { kind: 'time', offset: a, at: b, ...(pauses.length > 0 && { pauses }) }
    }
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

function pausesOf(record: Buffer, offset: number, at: number): number[] {
  const pauses: number[] = []
  let last = { offset, at }
  eachPause(record, 0, (offset, at) => {
    pauses.push(offset - last.offset, at - last.at)
    last = { offset, at }
  })
  return pauses
}

/** Of everything but the checksum itself. */
function checksum(bytes: Uint8Array, at: number): number {
  return crc32(bytes.subarray(at + 8, at + recordBytes), checksumOfHead(bytes, at))
}

const plainHeads = new Map(
  Object.values(kinds).map((kind) => [kind as number, crc32(Uint8Array.of(kind, 0, 0, 0))]),
)

/** Of the first four bytes, which are nearly always one of a few. */
function checksumOfHead(bytes: Uint8Array, at: number): number {
  const rest = (bytes[at + 1] ?? 0) | (bytes[at + 2] ?? 0) | (bytes[at + 3] ?? 0)
  const plain = rest === 0 ? plainHeads.get(bytes[at] ?? 0) : undefined
  return plain ?? crc32(bytes.subarray(at, at + 4))
}
