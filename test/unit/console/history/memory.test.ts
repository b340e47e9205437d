import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Memory } from '../../../../server/console/history/memory.ts'
import { Slabs } from '../../../../server/console/history/slabs.ts'

describe('memory', () => {
  test('keeps bytes that their owner may use again', () => {
    const memory = new Memory(100, new Slabs())
    const chunk = Buffer.from('login: ')
    memory.append(chunk, 0)
    chunk.fill(0)
    expect(Buffer.from(memory.lend(100, 100)?.bytes ?? []).toString()).toBe('login: ')
  })

  test('what was lent stays as it was, whatever is appended and dropped later', () => {
    const memory = new Memory(0, new Slabs())
    const lent: Uint8Array[] = []
    for (let turn = 0; turn < 100; turn++) {
      memory.append(new Uint8Array(64 * 1024).fill(turn), 0)
      const view = memory.lend(turn * 64 * 1024, 64 * 1024)
      if (turn % 3 === 0 && view !== undefined) lent.push(view.bytes)
      while (memory.held > 100_000) memory.dropOldest({ inUse: false })
    }
    for (const [at, view] of lent.entries()) expect(view.every((byte) => byte === at * 3)).toBe(true)
  })

  test('lends what a flood of small chunks left in many pages as one piece', () => {
    const memory = new Memory(0, new Slabs())
    for (let turn = 0; turn < 100; turn++) memory.append(new Uint8Array(4095).fill(turn), 0)
    const lent = memory.lend(100_000, 64 * 1024)
    expect(lent?.bytes.length).toBe(64 * 1024)
    for (const [at, byte] of lent?.bytes.entries() ?? []) {
      if (byte !== Math.floor((100_000 + at) / 4095)) expect([at, byte]).toEqual([at, 'another'])
    }
  })

  test('what was given back is used again, once', () => {
    const slabs = new Slabs()
    const memory = new Memory(0, slabs)
    const used = new Set<ArrayBufferLike>()
    for (let turn = 0; turn < 400; turn++) {
      memory.append(new Uint8Array(64 * 1024).fill(turn), 0)
      const lent = memory.lend(turn * 64 * 1024, 64 * 1024)
      if (lent !== undefined) used.add(lent.bytes.buffer)
      while (memory.held > 1024 * 1024) memory.dropOldest({ inUse: false })
      lent?.release()
      lent?.release()
      const oldest = memory.start / (64 * 1024)
      expect(memory.views(memory.start, 1)[0]?.[0]).toBe(oldest % 256)
    }
    expect(used.size).toBeLessThan(10)
  })

  test('a flood uses the same memory over and over, but not what is in use', () => {
    const slabs = new Slabs()
    const used = new Set<ArrayBufferLike>()
    const flood = (inUse: boolean): void => {
      const memory = new Memory(0, slabs)
      for (let turn = 0; turn < 400; turn++) {
        memory.append(new Uint8Array(64 * 1024), 0)
        for (const view of memory.views(memory.end - 1, 1)) used.add(view.buffer)
        while (memory.held > 1024 * 1024) memory.dropOldest({ inUse })
      }
    }
    flood(false)
    expect(used.size).toBeLessThan(10)
    used.clear()
    flood(true)
    expect(used.size).toBe(100)
  })

  test('gives back memory that it does not need when it is quiet', () => {
    const memory = new Memory(0, new Slabs())
    memory.append(new Uint8Array(10_000).fill(1), 0)
    memory.append(new Uint8Array(10).fill(2), 0)
    memory.compact()
    const views = memory.views(0, 20_000)
    expect(Buffer.concat(views)).toEqual(
      Buffer.concat([new Uint8Array(10_000).fill(1), new Uint8Array(10).fill(2)]),
    )
    expect(views.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)).toBe(10_010)
    memory.append(Uint8Array.of(3), 0)
    expect(Buffer.concat(memory.views(10_009, 2))).toEqual(Buffer.from([2, 3]))
  })

  test('a byte at a time costs little more than the bytes', () => {
    const memory = new Memory(0, new Slabs())
    const byte = Buffer.from('x')
    for (let count = 0; count < 100_000; count++) memory.append(byte, 0)
    expect(memory.views(0, 100_000).length).toBeLessThan(20)
  })

  test('an empty memory knows where it stands', () => {
    const memory = new Memory(42, new Slabs())
    expect([memory.start, memory.end, memory.held, memory.nextHeld(0)]).toEqual([42, 42, 0, 42])
    expect(memory.lend(42, 1)).toBeUndefined()
    expect(memory.views(42, 1)).toEqual([])
  })

  test('holds exactly what a plain byte array would, whatever happens', () => {
    const act = fc.oneof(
      { weight: 5, arbitrary: fc.record({ size: fc.nat(300) }) },
      { weight: 1, arbitrary: fc.record({ size: fc.integer({ min: 8192, max: 20_000 }) }) },
      fc.record({ skip: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ drop: fc.constant(true), inUse: fc.boolean() }),
      fc.record({ compact: fc.constant(true) }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.nat(1000), (acts, begin) => {
        const slabs = new Slabs()
        const memory = new Memory(begin, slabs)
        const model = new Map<number, number>()
        let end = begin
        for (const what of acts) {
          if ('skip' in what) {
            memory.skip(what.skip)
            end += what.skip
          } else if ('size' in what) {
            const chunk = Uint8Array.from({ length: what.size }, (_, index) => (end + index) % 251)
            memory.append(chunk, 0)
            for (const [index, byte] of chunk.entries()) model.set(end + index, byte)
            end += what.size
          } else if ('compact' in what) {
            memory.compact()
          } else {
            const gone = memory.oldestEnd
            memory.dropOldest({ inUse: what.inUse })
            for (const offset of [...model.keys()]) if (offset < gone) model.delete(offset)
          }
          expect(memory.end).toBe(end)
          expect(memory.held).toBe(model.size)
        }
        const offsets = [...model.keys()]
        expect(memory.start).toBe(offsets[0] ?? end)
        const seen = new Map<number, number>()
        for (let at = memory.nextHeld(0); at < end; at = memory.nextHeld(at)) {
          const [view] = memory.views(at, 100)
          expect(view?.length).toBeGreaterThan(0)
          for (const byte of view ?? []) seen.set(at++, byte)
        }
        expect(seen).toEqual(model)
      }),
      { numRuns: 60 },
    )
  })
})
