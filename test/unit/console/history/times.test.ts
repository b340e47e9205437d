import { describe, expect, test } from 'vitest'
import { Asciicast } from '../../../../server/console/history/asciicast.ts'
import { PendingIndex } from '../../../../server/console/history/pending-index.ts'
import { decodeRecords, encodeRecords } from '../../../../server/console/history/records.ts'
import { marksOf, timeMarks } from '../../../../server/console/history/time-marks.ts'
import { Timeline } from '../../../../server/console/history/timeline.ts'

describe('pauses', () => {
  test('share the record of the time before them, and come back as they were', () => {
    const pending = new PendingIndex()
    pending.time(0, 1000)
    const times = [{ offset: 0, at: 1000 }]
    for (let n = 1; n <= 7; n++) {
      pending.pause(n * 100, 1000 + n * 60)
      times.push({ offset: n * 100, at: 1000 + n * 60 })
    }
    expect(pending.times).toEqual(times)
    const records = pending.upTo(10_000)
    expect(records).toHaveLength(2)
    const bytes = encodeRecords(records)
    expect(timeMarks(bytes, { start: 0, end: 10_000 })).toEqual(marksOf(times))
    expect(decodeRecords(bytes)).toEqual(records)
  })

  test('that stand behind what goes to disk wait for their own segment', () => {
    const pending = new PendingIndex()
    pending.time(0, 1000)
    for (const offset of [100, 200, 300]) pending.pause(offset, 1000 + offset)
    const ready = pending.upTo(200)
    expect(ready).toEqual([{ kind: 'time', offset: 0, at: 1000, pauses: [100, 100] }])
    pending.written(ready)
    expect(pending.upTo(1000)).toEqual([{ kind: 'time', offset: 200, at: 1200, pauses: [100, 100] }])
  })

  test('get a record of their own where they do not fit: too far, too late, or before', () => {
    for (const [offset, at] of [
      [70_000, 1100],
      [10, 70_000],
      [10, 900],
    ] as const) {
      const pending = new PendingIndex()
      pending.time(0, 1000)
      pending.pause(offset, at)
      expect(pending.upTo(100_000)).toHaveLength(2)
    }
  })
})

test('times that do not fit into their segment are left out', () => {
  const bytes = encodeRecords([
    { kind: 'time', offset: 5, at: 1 },
    { kind: 'time', offset: 900, at: 2 },
    { kind: 'time', offset: 50, at: 3 },
    { kind: 'time', offset: 40, at: 4 },
  ])
  expect(timeMarks(bytes, { start: 10, end: 100 })).toEqual(marksOf([{ offset: 50, at: 3 }]))
})

describe('a time line', () => {
  // Printed at 10 s, 10.4 s and 12 s, then in the next segment at 60 s, and just now at 90 s.
  const marks = [
    marksOf([
      { offset: 100, at: 10_000 },
      { offset: 150, at: 10_400 },
      { offset: 180, at: 12_000 },
    ]),
    marksOf([{ offset: 200, at: 60_000 }]),
  ]
  const segment = (n: number) => ({
    start: 100 + n * 100,
    end: 200 + n * 100,
    kind: 'raw' as const,
    lastAt: 0,
    indexBytes: 0,
  })
  const list = async ({ start }: { start: number }) => marks[start / 100 - 1] ?? marksOf([])
  const timeline = new Timeline({
    segments: [segment(0), segment(1)],
    pending: marksOf([{ offset: 290, at: 90_000 }]),
    end: 300,
    lastAt: 90_000,
    marks: list,
    first: async (asked) => (await list(asked)).ats[0],
  })

  test.each([
    [0, { offset: 100, at: 10_000, exact: false }],
    [10_000, { offset: 100, at: 10_000, exact: true }],
    [10_300, { offset: 100, at: 10_000, exact: false }],
    [10_400, { offset: 150, at: 10_400, exact: true }],
    [11_500, { offset: 180, at: 12_000, exact: true }],
    [13_500, { offset: 200, at: 60_000, exact: true }],
    [75_000, { offset: 290, at: 90_000, exact: true }],
    [90_000, { offset: 290, at: 90_000, exact: true }],
    [90_001, { offset: 300, at: null, exact: true }],
  ])('finds what was printed at %d ms or later', async (at, position) => {
    expect(await timeline.positionAt(at)).toEqual(position)
  })

  test.each([
    [100, { offset: 100, at: 10_000, exact: true }],
    [160, { offset: 160, at: 10_400, exact: false }],
    [250, { offset: 250, at: 60_000, exact: false }],
    [295, { offset: 295, at: 90_000, exact: false }],
    [300, { offset: 300, at: 90_000, exact: true }],
  ])('tells when the byte at %d was printed', async (offset, position) => {
    expect(await timeline.timeAt(offset)).toEqual(position)
  })
})

test('an asciicast cuts no character, never goes back in time, and marks gaps', () => {
  const cast = new Asciicast({ startedAt: 1000 })
  const bytes = Buffer.from('é')
  const out = [
    cast.output(bytes.subarray(0, 1), 1000),
    cast.output(bytes.subarray(1), 3500),
    cast.output(Buffer.from([0xff]), 2000),
    cast.gap({ from: 3, to: 3, startedAt: 4000, endedAt: 16_000, cause: 'link-down' }),
    cast.end(),
  ]
  expect(out.filter((line) => line !== '').map((line) => JSON.parse(line))).toEqual([
    [2.5, 'o', 'é'],
    [2.5, 'o', '\ufffd'],
    [3, 'm', 'gap: 12 s, link down'],
  ])
})
