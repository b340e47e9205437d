import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Memory } from '../../../../server/console/history/memory.ts'

describe('memory', () => {
  test('keeps a large chunk as it came, and copies small ones together', () => {
    const memory = new Memory(100)
    const large = new Uint8Array(64 * 1024).fill(7)
    memory.append(large, 0)
    expect(memory.view(100, 10)?.buffer).toBe(large.buffer)
    const small = Buffer.from('login: ')
    memory.append(small, 0)
    small.fill(0)
    expect(Buffer.from(memory.view(100 + large.length, 100) ?? []).toString()).toBe('login: ')
  })

  test('does not hold a large buffer for a small part of it', () => {
    const memory = new Memory(0)
    const slab = new Uint8Array(1024 * 1024)
    memory.append(slab.subarray(0, 16 * 1024), 0)
    expect(memory.view(0, 1)?.buffer).not.toBe(slab.buffer)
  })

  test('a view stays as it was, whatever is appended and dropped later', () => {
    const memory = new Memory(0)
    memory.append(Buffer.from('first'), 0)
    const view = memory.view(0, 5)
    for (let count = 0; count < 10_000; count++) memory.append(Buffer.from('later'), 0)
    while (memory.held > 100) memory.dropOldest()
    expect(Buffer.from(view ?? []).toString()).toBe('first')
  })

  test('a byte at a time costs little more than the bytes', () => {
    const memory = new Memory(0)
    const byte = Buffer.from('x')
    for (let count = 0; count < 100_000; count++) memory.append(byte, 0)
    expect(memory.views(0, 100_000).length).toBeLessThan(20)
  })

  test('an empty memory knows where it stands', () => {
    const memory = new Memory(42)
    expect([memory.start, memory.end, memory.held, memory.nextHeld(0)]).toEqual([42, 42, 0, 42])
    expect(memory.view(42, 1)).toBeUndefined()
    expect(memory.views(42, 1)).toEqual([])
  })

  test('holds exactly what a plain byte array would, whatever happens', () => {
    const act = fc.oneof(
      { weight: 5, arbitrary: fc.record({ size: fc.nat(300) }) },
      { weight: 1, arbitrary: fc.record({ size: fc.integer({ min: 8192, max: 20_000 }) }) },
      fc.record({ skip: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ drop: fc.constant(true) }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.nat(1000), (acts, begin) => {
        const memory = new Memory(begin)
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
          } else {
            const gone = memory.oldestEnd
            memory.dropOldest()
            for (const offset of [...model.keys()]) if (offset < gone) model.delete(offset)
          }
          expect(memory.end).toBe(end)
          expect(memory.held).toBe(model.size)
        }
        const offsets = [...model.keys()]
        expect(memory.start).toBe(offsets[0] ?? end)
        const seen = new Map<number, number>()
        for (let at = memory.nextHeld(0); at < end; at = memory.nextHeld(at)) {
          const view = memory.view(at, 100)
          expect(view?.length).toBeGreaterThan(0)
          for (const byte of view ?? []) seen.set(at++, byte)
        }
        expect(seen).toEqual(model)
      }),
      { numRuns: 60 },
    )
  })
})
