import { beforeEach, describe, expect, test } from 'vitest'
import { PendingIndex } from '../../../../server/console/history/pending-index.ts'
import type { Gap } from '../../../../server/contract/console.ts'

const gap = (from: number, to = from, cause: Gap['cause'] = 'link-down'): Gap => ({
  from,
  to,
  startedAt: 1,
  endedAt: 2,
  cause,
})

let pending: PendingIndex
beforeEach(() => {
  pending = new PendingIndex()
})

describe('what waits to be indexed', () => {
  test('goes to disk behind the bytes it stands for', () => {
    pending.time(0, 1)
    pending.gap(gap(50))
    pending.time(50, 2)
    pending.time(100, 3)
    const ready = pending.upTo(50)
    expect(ready).toEqual([
      { kind: 'time', offset: 0, at: 1 },
      { kind: 'gap', gap: gap(50) },
    ])
    pending.written(ready)
    expect(pending.hasGaps).toBe(false)
    expect(pending.upTo(1000)).toEqual([
      { kind: 'time', offset: 50, at: 2 },
      { kind: 'time', offset: 100, at: 3 },
    ])
  })

  test('a pause that comes while the time before it is being written is not lost with it', () => {
    pending.time(0, 1000)
    const ready = pending.upTo(50)
    pending.pause(50, 2000)
    pending.pause(60, 3000)
    pending.written(ready)
    expect(pending.times).toEqual([
      { offset: 50, at: 2000 },
      { offset: 60, at: 3000 },
    ])
  })

  test('a lost span takes the place of what was known of it, but not of gaps told already', () => {
    pending.time(90, 1)
    pending.gap(gap(100))
    pending.time(110, 1)
    pending.gap(gap(120, 150, 'lost-by-transport'))
    pending.time(160, 1)
    pending.gap(gap(200))
    pending.time(200, 1)
    pending.jump(gap(100, 200, 'not-recorded'))
    expect(pending.gaps).toEqual([
      gap(100),
      gap(100, 120, 'not-recorded'),
      gap(120, 150, 'lost-by-transport'),
      gap(150, 200, 'not-recorded'),
      gap(200),
    ])
    const times = pending.upTo(1000).flatMap((record) => (record.kind === 'time' ? [record.offset] : []))
    expect(times).toEqual([90, 200])
  })

  test('a span that a gap tells whole is not told twice', () => {
    const killed = gap(100, 200, 'gateway-killed')
    pending.gap(killed)
    pending.jump(gap(100, 200, 'not-recorded'))
    expect(pending.gaps).toEqual([killed])
  })

  test('stays bounded while nothing can be written, and keeps its gaps longest', () => {
    pending.gap(gap(0))
    for (let offset = 0; offset < 20_000; offset++) pending.time(offset, offset)
    expect(pending.upTo(Number.MAX_SAFE_INTEGER).length).toBeLessThanOrEqual(4096)
    expect(pending.gaps).toEqual([gap(0)])
    for (let offset = 0; offset < 20_000; offset++) pending.gap(gap(offset))
    expect(pending.gaps.length).toBeLessThanOrEqual(4096)
  })
})
