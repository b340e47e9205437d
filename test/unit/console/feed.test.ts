import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Feed } from '../../../server/console/feed.ts'
import { Turns } from '../../../server/console/turns.ts'
import type { Gap, ServerMessage } from '../../../server/contract/console.ts'
import { limits } from '../../../server/contract/limits.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { byteAt, ModelHistory } from './model-history.ts'

/** A viewer that checks each byte by its offset as it comes. */
class Watcher {
  position: number
  received = 0
  largest = 0
  gaps: Gap[] = []
  problems: string[] = []
  chunks: Uint8Array[] = []
  /** What `bytes` answers. */
  room = true
  /** Where it began. */
  start: number
  constructor(position: number) {
    this.position = position
    this.start = position
  }

  sink = {
    bytes: (chunk: Uint8Array, done: () => void): boolean => {
      // Noted, not thrown: a sink must not throw, and what it throws could be lost.
      if (chunk.length === 0) this.problems.push(`nothing at ${this.position}`)
      for (const byte of chunk) {
        if (byte !== byteAt(this.position)) this.problems.push(`a wrong byte at ${this.position}`)
        this.position += 1
      }
      this.received += chunk.length
      this.largest = Math.max(this.largest, chunk.length)
      this.chunks.push(chunk)
      done()
      return this.room
    },
    message: (message: ServerMessage): void => {
      if (message.type !== 'gap') return
      const { from } = message.gap
      if (from !== this.position) this.problems.push(`a gap from ${from} at ${this.position}`)
      this.position = message.gap.to
      this.gaps.push(message.gap)
    },
    end: () => undefined,
  }
}

let watchers: Watcher[]
let history: ModelHistory
let clock: FakeClock
let later: (() => void)[]
let turns: Turns
beforeEach(() => {
  watchers = []
  history = new ModelHistory()
  clock = new FakeClock()
  later = []
  turns = new Turns(clock, (run) => later.push(run))
})

afterEach(() => {
  for (const { problems } of watchers) expect(problems).toEqual([])
})

function turn(): void {
  for (const run of later.splice(0)) run()
}

/** Runs turns and the disk until nothing moves any more, and what is gathered of a flood has gone out. */
async function settle(): Promise<void> {
  for (let idle = 0; idle < 3; idle++) {
    clock.advance(2)
    while (later.length > 0) turn()
    history.answer()
    for (let step = 0; step < 5; step++) await Promise.resolve()
    if (later.length > 0) idle = 0
  }
}

function watch(from: number, flow: 'sink' | 'ack' = 'sink'): { watcher: Watcher; feed: Feed } {
  const watcher = new Watcher(from)
  watchers.push(watcher)
  const feed = new Feed({ history, turns, clock, sink: watcher.sink, flow, from })
  return { watcher, feed }
}

function print(length: number, ...feeds: Feed[]): Uint8Array {
  const { chunk, visible } = history.print(length)
  for (const feed of feeds) {
    if (visible) feed.live(history.end)
    else feed.published()
  }
  return chunk
}

describe('a viewer at the live end', () => {
  test('gets a chunk the moment it arrives', () => {
    const { watcher, feed } = watch(0)
    turn()
    const chunk = print(10, feed)
    expect(watcher.chunks).toEqual([chunk])
  })

  test('gets what follows in one turn together', () => {
    const { watcher, feed } = watch(0)
    turn()
    for (const length of [10, 20, 30]) print(length, feed)
    turn()
    print(5, feed)
    expect(watcher.chunks.map(({ length }) => length)).toEqual([10, 50, 5])
  })

  test('gives back what it was lent when the sink has sent it', () => {
    const { feed } = watch(0)
    turn()
    print(10, feed)
    expect(history.lent).toBe(0)
  })

  test('gets a chunk that is larger than a frame in frames', async () => {
    const { watcher, feed } = watch(0)
    turn()
    print(limits.outputFrameBytes * 2 + 1, feed)
    await settle()
    expect(watcher.received).toBe(limits.outputFrameBytes * 2 + 1)
    expect(watcher.largest).toBe(limits.outputFrameBytes)
  })

  test('gets a flood of small pieces in frames, and what is left of it a moment later', () => {
    const { watcher, feed } = watch(0)
    turn()
    for (let piece = 0; piece < 40; piece++) {
      print(4096, feed)
      turn()
    }
    expect(watcher.chunks.map(({ length }) => length)).toEqual([4096, 65536, 65536])
    clock.advance(2)
    turn()
    expect(watcher.received).toBe(40 * 4096)
    clock.advance(2)
    expect(watcher.chunks).toHaveLength(4)
    print(4096, feed)
    expect(watcher.chunks).toHaveLength(5)
  })

  test.each<[string, (feed: Feed) => void]>([
    ['has ended', (feed) => feed.end()],
    ['waits to move', (feed) => feed.hold()],
  ])('is gathered nothing for when it %s', (_, stop) => {
    const { watcher, feed } = watch(0)
    turn()
    for (let piece = 0; piece < 3; piece++) print(4096, feed)
    stop(feed)
    expect(clock.timers).toBe(0)
    turn()
    expect(watcher.received).toBe(4096)
  })

  test('gets a gap behind what was gathered before it', () => {
    const { watcher, feed } = watch(0)
    turn()
    for (let piece = 0; piece < 3; piece++) print(4096, feed)
    feed.gap(history.gap(7))
    print(10, feed)
    clock.advance(2)
    turn()
    expect(watcher.gaps.map(({ from, to }) => [from, to])).toEqual([[12288, 12295]])
    expect(watcher.position).toBe(12305)
  })

  test('gets a gap at its place, before the bytes after it', () => {
    const { watcher, feed } = watch(0)
    turn()
    print(3, feed)
    turn()
    feed.gap(history.gap(0))
    feed.gap(history.gap(7))
    print(2, feed)
    expect(watcher.gaps.map(({ from, to }) => [from, to])).toEqual([
      [3, 3],
      [3, 10],
    ])
    expect(watcher.position).toBe(12)
  })

  test('waits for what may not be shown yet', async () => {
    const { watcher, feed } = watch(0)
    turn()
    history.limit = 4
    print(6, feed)
    await settle()
    expect(watcher.position).toBe(4)
    print(2, feed)
    await settle()
    expect(watcher.position).toBe(4)
    history.limit = Number.POSITIVE_INFINITY
    feed.published()
    await settle()
    expect(watcher.position).toBe(8)
    print(1, feed)
    expect(watcher.position).toBe(9)
  })
})

describe('a viewer without room', () => {
  test('only falls behind, and goes on where it was when it has drained', async () => {
    const { watcher, feed } = watch(0)
    const other = watch(0)
    await settle()
    watcher.room = false
    print(10, feed, other.feed)
    for (let count = 0; count < 100; count++) print(10, feed, other.feed)
    await settle()
    expect(watcher.received).toBe(10)
    expect(other.watcher.received).toBe(1010)
    watcher.room = true
    feed.drained()
    await settle()
    expect(watcher.received).toBe(1010)
  })

  test('that memory and then the disk have left behind is told what it missed, and jumps', async () => {
    const { watcher, feed } = watch(0)
    await settle()
    watcher.room = false
    print(10, feed)
    print(1000, feed)
    history.evict(1)
    history.expire(0.5)
    watcher.room = true
    feed.drained()
    await settle()
    expect(watcher.gaps).toEqual([expect.objectContaining({ from: 10, to: 505, cause: 'expired' })])
    expect(watcher.position).toBe(1010)
  })

  test('has at most its credit in flight, and its acks free it, over gaps too', async () => {
    const { watcher, feed } = watch(0, 'ack')
    await settle()
    print(limits.creditBytes + 5000, feed)
    await settle()
    expect(watcher.received).toBe(limits.creditBytes)
    feed.ack(5000)
    await settle()
    expect(watcher.received).toBe(limits.creditBytes + 5000)
    feed.gap(history.gap(10 * limits.creditBytes))
    print(1000, feed)
    await settle()
    expect(watcher.received).toBe(limits.creditBytes + 5000)
    feed.ack(7000)
    await settle()
    expect(watcher.position).toBe(history.end)
  })

  test('gets longer frames while it reads fast, and the usual ones when it does not or goes elsewhere', async () => {
    const { watcher, feed } = watch(0, 'ack')
    const read = async (ms: number) => {
      watcher.largest = 0
      const { position } = watcher
      print(2 * limits.fastFrameBytes, feed)
      await settle()
      clock.advance(ms)
      feed.ack(watcher.position)
      expect(watcher.position - position).toBe(2 * limits.fastFrameBytes)
      return watcher.largest
    }
    expect(await read(0)).toBe(limits.outputFrameBytes)
    for (let times = 0; times < 10; times += 1) await read(0)
    expect(await read(0)).toBe(limits.fastFrameBytes)
    for (let times = 0; times < 10; times += 1) await read(1000)
    expect(await read(1000)).toBe(limits.outputFrameBytes)
    for (let times = 0; times < 10; times += 1) await read(0)
    feed.moveTo(watcher.position)
    expect(await read(0)).toBe(limits.outputFrameBytes)
  })

  test('is not helped by an ack of what it was never sent', async () => {
    const { watcher, feed } = watch(0)
    await settle()
    feed.ack(Number.MAX_SAFE_INTEGER)
    print(3 * limits.creditBytes, feed)
    await settle()
    expect(watcher.received).toBe(limits.creditBytes)
    feed.ack(0)
    await settle()
    expect(watcher.received).toBe(limits.creditBytes)
  })

  test('leaves the event loop alone: a gigabyte behind is served by bounded turns', () => {
    print(8 * 1024 * 1024)
    const { watcher } = watch(0)
    let most = 0
    while (later.length > 0) {
      const before = watcher.received
      turn()
      most = Math.max(most, watcher.received - before)
    }
    expect(watcher.received).toBe(8 * 1024 * 1024)
    expect(most).toBeLessThanOrEqual(1024 * 1024)
  })

  test('shares turns fairly with others', () => {
    print(4 * 1024 * 1024)
    const all = [watch(0), watch(0), watch(0)]
    for (let count = 0; count < 3; count++) turn()
    const received = all.map(({ watcher }) => watcher.received)
    expect(Math.max(...received) - Math.min(...received)).toBeLessThanOrEqual(128 * 1024)
  })
})

test('a gap that was told from memory is not told again from disk', async () => {
  const { watcher, feed } = watch(0)
  await settle()
  watcher.room = false
  print(5, feed)
  feed.gap(history.gap(0))
  print(1, feed)
  history.evict(1)
  watcher.room = true
  feed.drained()
  await settle()
  expect(watcher.position).toBe(6)
  expect(watcher.gaps.length).toBe(1)
})

test('a viewer that moves gets nothing of what was read for its old place', async () => {
  print(1000)
  history.evict(1)
  const { watcher, feed } = watch(0)
  turn()
  watcher.position = 500
  feed.moveTo(500)
  await settle()
  expect(watcher.received).toBe(500)
})

test('one that will go on elsewhere is handed nothing more before it does', async () => {
  print(1000)
  const { watcher, feed } = watch(0)
  await settle()
  feed.hold()
  print(1000)
  feed.ack(1000)
  await settle()
  expect(watcher.received).toBe(1000)
  watcher.position = 1500
  feed.moveTo(1500)
  await settle()
  expect(watcher.received).toBe(1500)
  feed.end()
})

test('a read that fails is done again after a while', async () => {
  print(100)
  history.evict(1)
  const { watcher, feed } = watch(0)
  const fetch = history.fetch
  history.fetch = () => Promise.reject(new Error('EMFILE'))
  await settle()
  history.fetch = fetch
  clock.advance(1000)
  await settle()
  expect(watcher.received).toBe(100)
  feed.end()
  expect(clock.timers).toBe(0)
})

test('a viewer that ended gets nothing more, not even what was being read for it', async () => {
  print(100)
  history.evict(1)
  const { watcher, feed } = watch(0)
  turn()
  feed.end()
  history.answer()
  await settle()
  print(10, feed)
  feed.published()
  feed.drained()
  feed.ack(0)
  await settle()
  expect(watcher.received).toBe(0)
})

test('whatever happens in whatever order, every viewer sees each byte once and in order, or is told a gap', async () => {
  const viewer = fc.nat(3)
  const act = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('print'), size: fc.integer({ min: 1, max: 2000 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('print'), size: fc.integer({ min: 60_000, max: 150_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('gap'), size: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap'), size: fc.nat(100_000) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('attach'), size: fc.nat(), viewer }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('stall', 'drain', 'detach'),
        size: fc.constant(0),
        viewer,
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('ack'), size: fc.nat(), viewer }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('move'), size: fc.nat(), viewer }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('turn', 'disk', 'promises'), size: fc.constant(0) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('evict', 'expire'), size: fc.nat(100) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('limit', 'unlimit'), size: fc.nat(500) }) },
  )
  type Act = { kind: string; size: number; viewer?: number }
  await fc.assert(
    fc.asyncProperty(fc.array(act as fc.Arbitrary<Act>, { maxLength: 120 }), async (acts) => {
      watchers = []
      history = new ModelHistory()
      later = []
      turns = new Turns(clock, (run) => later.push(run))
      const viewers = new Map<number, ReturnType<typeof watch> & { flow: string; told: number }>()
      const feeds = (): Feed[] => [...viewers.values()].map(({ feed }) => feed)
      for (const { kind, size, viewer: id = 0 } of acts) {
        const one = viewers.get(id)
        if (kind === 'print') print(size, ...feeds())
        if (kind === 'gap') {
          const counted = history.gap(size)
          for (const feed of feeds()) feed.gap(counted)
        }
        if (kind === 'attach' && one === undefined) {
          const flow = size % 2 === 0 ? 'sink' : 'ack'
          viewers.set(id, { ...watch(size % (history.end + 1), flow), flow, told: 0 })
        }
        if (kind === 'stall' && one !== undefined) one.watcher.room = false
        if (kind === 'drain' && one !== undefined) {
          one.watcher.room = true
          one.feed.drained()
        }
        if (kind === 'detach' && one !== undefined) {
          one.feed.end()
          viewers.delete(id)
        }
        if (kind === 'ack' && one !== undefined) {
          one.flow = 'ack'
          one.feed.ack(size % (one.watcher.position + 1))
        }
        if (kind === 'move' && one !== undefined) {
          one.watcher.position = size % (history.end + 1)
          one.watcher.gaps = []
          one.watcher.start = one.watcher.position
          one.feed.moveTo(one.watcher.position)
        }
        if (kind === 'turn') turn()
        if (kind === 'disk') history.answer()
        if (kind === 'promises') await Promise.resolve()
        if (kind === 'evict') history.evict(size / 100)
        if (kind === 'expire') history.expire(size / 100)
        if (kind === 'limit') history.limit = Math.max(history.end, history.printed - size)
        if (kind === 'unlimit') {
          history.limit = Number.POSITIVE_INFINITY
          for (const feed of feeds()) feed.published()
        }
      }
      // In the end everybody reads on: all must stand at the end, and have been told each gap once.
      history.limit = Number.POSITIVE_INFINITY
      for (const { watcher, feed, flow } of viewers.values()) {
        watcher.room = true
        feed.published()
        feed.drained()
        if (flow === 'ack') feed.ack(watcher.position)
      }
      for (let round = 0; round < 30; round++) {
        await settle()
        for (const { watcher, feed, flow } of viewers.values()) if (flow === 'ack') feed.ack(watcher.position)
      }
      for (const { problems } of watchers) expect(problems).toEqual([])
      for (const { watcher } of viewers.values()) {
        expect(watcher.position).toBe(history.end)
        const keys = watcher.gaps.map((gap) => JSON.stringify(gap))
        expect(new Set(keys).size).toBe(keys.length)
        if (watcher.gaps.some(({ cause }) => cause === 'expired')) continue
        const all = history.gaps.map(({ gap }) => gap).filter(({ from }) => from >= watcher.start)
        for (const gap of all) expect(keys).toContain(JSON.stringify(gap))
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)
