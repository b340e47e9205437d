import { beforeEach, describe, expect, test } from 'vitest'
import { Keep } from '../../../../server/console/history/keep.ts'
import { Memory } from '../../../../server/console/history/memory.ts'
import { Scribe } from '../../../../server/console/history/scribe.ts'
import { FakeClock } from '../../../fakes/clock.ts'

const kib = 1024
const mib = 1024 * kib

let clock: FakeClock
let scribe: Scribe
let memory: Memory
let written: number
let keep: Keep
beforeEach(() => {
  clock = new FakeClock()
  scribe = new Scribe(clock)
  memory = new Memory(0, scribe.slabs)
  written = 0
  keep = new Keep({ memory, ringBytes: 256 * kib, clock, scribe, written: () => written })
})

function print(bytes: number): void {
  for (let left = bytes; left > 0; left -= 4 * kib) {
    memory.append(new Uint8Array(4 * kib), clock.monotonic())
    scribe.held(4 * kib)
    keep.evict()
  }
}

describe('memory', () => {
  test('holds little of a console that nobody watches, once it is on disk', () => {
    print(100 * kib)
    expect(memory.held).toBe(100 * kib)
    written = memory.end
    keep.evict()
    expect(memory.held).toBeLessThanOrEqual(32 * kib)
    expect(memory.held).toBeGreaterThanOrEqual(16 * kib)
  })

  test('holds the ring of one that is watched, and gives it back when the last viewer leaves', () => {
    keep.watched = true
    print(mib)
    written = memory.end
    clock.advance(10_000)
    keep.evict()
    expect(memory.held).toBeGreaterThanOrEqual(256 * kib)
    expect(memory.held).toBeLessThan(300 * kib)
    keep.watched = false
    keep.evict()
    expect(memory.held).toBeLessThanOrEqual(32 * kib)
  })

  test('holds the last seconds of a flood that is watched, up to 4 MiB', () => {
    keep.watched = true
    for (let part = 0; part < 20; part++) {
      print(mib)
      written = memory.end
    }
    keep.evict()
    expect(memory.held).toBeGreaterThan(3 * mib)
    expect(memory.held).toBeLessThanOrEqual(4 * mib + 16 * kib)
  })

  test('holds what waits for the disk, up to 8 MiB; it says before that it is crowded', () => {
    print(4 * mib)
    expect(keep.crowded).toBe(false)
    print(8 * kib)
    expect(keep.crowded).toBe(true)
    print(20 * mib)
    expect(memory.held).toBeLessThanOrEqual(8 * mib + 16 * kib)
    expect(keep.relieved).toBe(false)
    written = memory.end - mib
    expect(keep.relieved).toBe(true)
  })

  test('of one console is only its ring when all together hold too much', () => {
    scribe.held(300 * mib)
    print(4 * mib)
    expect(memory.held).toBeLessThanOrEqual(32 * kib)
  })
})
