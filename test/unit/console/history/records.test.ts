import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSegmentName, rawFile, sealedFile } from '../../../../server/console/history/names.ts'
import {
  decodeRecords,
  encodeRecords,
  type IndexRecord,
  mostPauses,
  recordBytes,
  withoutSums,
} from '../../../../server/console/history/records.ts'
import { gap } from '../../../../server/contract/console.ts'

const offset = fc.nat(Number.MAX_SAFE_INTEGER)
const cause = fc.constantFrom(...gap.shape.cause.options)
const delta = fc.record({ bytes: fc.nat(0xffff), ms: fc.integer({ min: 1, max: 0xffff }) })
const before = fc.nat(Number.MAX_SAFE_INTEGER - mostPauses * 0xffff)
/** A time with pauses behind it. */
const paused: fc.Arbitrary<IndexRecord> = fc
  .tuple(before, before, fc.array(delta, { minLength: 1, maxLength: mostPauses }))
  .map(([offset, at, deltas]) => {
    const pauses = deltas.flatMap(({ bytes, ms }) => [bytes, ms])
    return { kind: 'time', offset, at, pauses }
  })
const record: fc.Arbitrary<IndexRecord> = fc.oneof(
  fc.record({ kind: fc.constant('time' as const), offset, at: offset }),
  paused,
  fc.record({ kind: fc.constant('sum' as const), from: offset, to: offset, crc: fc.nat(0xffffffff) }),
  fc.record({
    kind: fc.constant('gap' as const),
    gap: fc.record({ from: offset, to: offset, startedAt: offset, endedAt: offset, cause }),
  }),
)

describe('index records', () => {
  test('come back as they were written, up to the largest offset', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        expect(decodeRecords(encodeRecords(records))).toEqual(records)
      }),
    )
  })

  test('know every cause of a gap in the contract', () => {
    for (const each of gap.shape.cause.options) {
      const one: IndexRecord = { kind: 'gap', gap: { from: 1, to: 2, startedAt: 3, endedAt: 4, cause: each } }
      expect(decodeRecords(encodeRecords([one]))).toEqual([one])
    }
  })

  test('a torn end costs only the last record', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1 }),
        fc.integer({ min: 1, max: recordBytes }),
        (records, torn) => {
          const bytes = encodeRecords(records)
          expect(decodeRecords(bytes.subarray(0, bytes.length - torn))).toEqual(records.slice(0, -1))
        },
      ),
    )
  })

  test('a damaged byte costs only its record, and no damage is ever read as something else', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (records, place, change) => {
          const bytes = encodeRecords(records)
          const at = place % bytes.length
          bytes[at] = (bytes[at] ?? 0) ^ change
          const damaged = Math.floor(at / recordBytes)
          const whole = records.filter((_, index) => index !== damaged)
          expect(decodeRecords(bytes)).toEqual(whole)
          const kept = withoutSums(Buffer.concat([bytes, bytes.subarray(0, recordBytes - 1)]))
          expect(kept).toEqual(encodeRecords(whole.filter(({ kind }) => kind !== 'sum')))
        },
      ),
    )
  })

  test('zeros, as a power failure leaves them, are no records', () => {
    expect(decodeRecords(Buffer.alloc(recordBytes * 10))).toEqual([])
  })
})

describe('names of segments', () => {
  test('tell their offsets, and sort as they do', () => {
    fc.assert(
      fc.property(offset, offset, (a, b) => {
        expect(parseSegmentName(rawFile(a))).toEqual({ kind: 'raw', start: a })
        expect(parseSegmentName(sealedFile(a, b))).toEqual({ kind: 'sealed', start: a, end: b })
        expect(rawFile(a) < rawFile(b)).toBe(a < b)
      }),
    )
  })

  test.each(['state', '12.log', '0000000000000000.idx', '0000000000000000.log.tmp', 'x0000000000000000.log'])(
    '%s is none',
    (name) => {
      expect(parseSegmentName(name)).toBeUndefined()
    },
  )
})
